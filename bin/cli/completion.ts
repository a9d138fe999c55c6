/** `webster completion`: what the shell needs to complete commands and options, from the program itself. */
import type { Command } from "commander";
import { CliError, type Io } from "./io.ts";

type Named = { name: string; summary: string; options: { flag: string; summary: string }[]; values: string[] };

const shells: Record<string, (commands: Named[]) => string> = { bash, zsh, fish };

export const shellNames = Object.keys(shells);

export function completion(shell: string, program: Command, io: Io): void {
  const make = shells[shell];
  if (make === undefined) throw new CliError(`There is no completion for "${shell}".`, `Take one of: ${shellNames.join(", ")}`);
  io.out(make(program.commands.map(namedOf)));
}

function namedOf(command: Command): Named {
  const options = command.createHelp().visibleOptions(command);
  return {
    name: command.name(),
    summary: command.summary() || command.description(),
    options: options.flatMap(({ long, description }) => (typeof long === "string" ? [{ flag: long, summary: description }] : [])),
    values: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
  };
}

const wordsOf = ({ options, values }: Named): string => [...values, ...options.map(({ flag }) => flag)].join(" ");

function bash(commands: Named[]): string {
  const cases = commands.map((command) => `    ${command.name}) words="${wordsOf(command)}" ;;`);
  return `# webster completion bash >> ~/.bashrc
_webster() {
  local words current="\${COMP_WORDS[COMP_CWORD]}"
  case "\${COMP_WORDS[1]}" in
${cases.join("\n")}
    *) words="" ;;
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then words="${commands.map(({ name }) => name).join(" ")}"; fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _webster webster
`;
}

function zsh(commands: Named[]): string {
  const quoted = (text: string): string => text.replaceAll("'", "'\\''").replace(/([[\]:])/g, "\\$1");
  const listed = commands.map(({ name, summary }) => `    '${name}:${quoted(summary)}'`);
  const cases = commands.map(({ name, options, values }) => {
    const given = options.map(({ flag, summary }) => `'${flag}[${quoted(summary)}]'`);
    const first = values.length > 0 ? [`'1:value:(${values.join(" ")})'`] : [];
    return `    ${name}) _arguments ${[...given, ...first, "'*:file:_files'"].join(" ")} ;;`;
  });
  return `#compdef webster
# webster completion zsh > "\${fpath[1]}/_webster"
_webster() {
  local -a commands=(
${listed.join("\n")}
  )
  if (( CURRENT == 2 )); then _describe command commands; return; fi
  local command=$words[2]
  shift words; (( CURRENT-- ))
  case $command in
${cases.join("\n")}
  esac
}
if [ "$funcstack[1]" = "_webster" ]; then _webster "$@"; else compdef _webster webster; fi
`;
}

function fish(commands: Named[]): string {
  const quoted = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
  const lines = commands.flatMap(({ name, summary, options, values }) => [
    `complete -c webster -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`,
    ...values.map((value) => `complete -c webster -n '__fish_seen_subcommand_from ${name}' -a ${value}`),
    ...options.map(
      ({ flag, summary: what }) => `complete -c webster -n '__fish_seen_subcommand_from ${name}' -l ${flag.slice(2)} -d ${quoted(what)}`,
    ),
  ]);
  return `# webster completion fish > ~/.config/fish/completions/webster.fish\n${lines.join("\n")}\n`;
}
