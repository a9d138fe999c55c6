/** The commands of `webster`, their options, and what is said of them. */
import { Command, CommanderError, Option } from "commander";
import packageJson from "../../package.json" with { type: "json" };
import { errorClass, wantedStatus } from "../../lib/contract/delivery.ts";
import { providerKinds } from "../../lib/words/providerKind.ts";
import { verdicts } from "../../lib/words/verdict.ts";
import type { RestoreOptions } from "./backup.ts";
import { completion, shellNames } from "./completion.ts";
import { config, type ConfigOptions } from "./config.ts";
import { CliError, type Io, say } from "./io.ts";
import { listen, type ListenOptions } from "./listen.ts";
import { listProfiles, login, logout, whoami } from "./login.ts";
import { resend, type ResendOptions, send, type SendOptions, trigger, type TriggerOptions } from "./messages.ts";
import { tail, type TailOptions } from "./tail.ts";
import type { TargetOptions } from "./target.ts";
import { verify, type VerifyOptions } from "./verify.ts";

/** The exit status: 0, 1 where it failed, 2 where it was asked wrongly. */
export async function main(args: string[], io: Io): Promise<number> {
  const state = { status: 0 };
  try {
    await programOf(io, state).parseAsync(args, { from: "user" });
    return state.status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (io.stop.aborted) return 130;
    if (!(error instanceof CliError)) throw error;
    say(io, `${error.message}\n\nWhat to do: ${error.remedy}`);
    return 1;
  }
}

const listOf = (text: string): string[] =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
const append = (text: string, before: string[] = []): string[] => [...before, text];
const countUpTo =
  (most: number) =>
  (text: string): number => {
    if (!/^\d{1,9}$/.test(text) || Number(text) > most)
      throw new CliError(`"${text}" is no number from 0 to ${most}.`, "Give one that is.");
    return Number(text);
  };
const choices = (flags: string, summary: string, known: readonly string[]): Option =>
  new Option(flags, `${summary}: ${known.join(", ")}`).argParser((text: string) => {
    const given = listOf(text);
    const unknown = given.find((one) => !known.includes(one));
    if (unknown !== undefined)
      throw new CliError(
        `"${unknown}" is none of ${known.join(", ")}.`,
        `Give some of them, with commas: ${flags.split(" ")[0]} ${known.slice(0, 2).join(",")}`,
      );
    return given;
  });

function programOf(io: Io, state: { status: number }): Command {
  const program = new Command("webster")
    .description("Sends, receives and looks at webhooks from a terminal; works with any Webster, and with Svix where the API is the same.")
    .version(packageJson.version)
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .showHelpAfterError("(--help says what there is)")
    .addHelpText(
      "after",
      "\nThe server: --server, or WEBSTER_URL, or the profile of `webster login`. Its key: --api-key, or WEBSTER_API_KEY, or the profile's.\ndocs/cli.md tells all of it.",
    );
  const command = (usage: string, summary: string): Command => program.command(usage).summary(summary).description(summary);
  const online = (usage: string, summary: string): Command =>
    command(usage, summary)
      .option("--server <url>", "the server, such as https://webhooks.example.com")
      .option("--api-key <key>", "its API key; WEBSTER_API_KEY and webster login keep it out of the shell's history")
      .option("--profile <name>", "a profile of webster login");

  online("listen", "forward what a source or an application gets to a server on this machine")
    .requiredOption("--forward-to <url>", "the local server, such as http://localhost:4000/hook")
    .option("--app <id>", "an application, by id or uid: an endpoint is made for as long as the command runs")
    .option("--source <id>", "a source, by id or uid: the same, for what it takes in")
    .option("--events <types>", "only these event types, with commas", listOf)
    .option("--token <token>", "what this machine is known by; the same token has the same address")
    .option("--relay <url>", "the relay, if it is not the server's own")
    .option("--insecure", "take any certificate of the local server")
    .action((options: ListenOptions) => listen(options, io));
  online("trigger [event-type]", "send an event type's example to an endpoint, or a provider's to a source")
    .option("--app <id>", "an application, by id or uid")
    .option("--endpoint <id>", "one of its endpoints; else the one that listens, or the only one")
    .option("--source <id>", "a source: a test, signed as its provider signs")
    .action((eventType: string | undefined, options: TriggerOptions) => trigger(eventType, options, io));
  online("send <event-type>", "send a message to an application")
    .requiredOption("--app <id>", "the application, by id or uid")
    .option("--data <json>", "the payload")
    .option("--file <path>", "a file with the payload; - is the standard input")
    .option("--event-id <id>", "your own id: a second message with it is refused")
    .option("--channel <channel>", "a channel; may be repeated", append)
    .option("--tag <tag>", "a tag; may be repeated", append)
    .action((eventType: string, options: SendOptions) => send(eventType, options, io));
  online("resend <message-id>", "send a message again where it failed")
    .option("--app <id>", "its application; needed at Svix")
    .option("--endpoint <id>", "to this endpoint, whatever became of it")
    .option("--all", "to every endpoint that it was for")
    .action((messageId: string, options: ResendOptions) => resend(messageId, options, io));
  online("tail", "follow the log")
    .addOption(choices("--status <list>", "deliveries in any of these", wantedStatus.options))
    .option("--http-status <list>", "last answer: 503, 500-504, 5xx, or 0 for none; with commas", listOf)
    .option("--event-types <list>", "any of these, with commas", listOf)
    .option("--app <id>", "an application, by id or uid")
    .option("--endpoint <id>", "an endpoint's id")
    .option("--message <id>", "a message's id or eventId, or an attempt's id")
    .addOption(choices("--error-class <list>", "last attempt failed by any of these", errorClass.options))
    .option("--min-attempts <n>", "at least so many attempts", countUpTo(10_000))
    .option("--search <words>", "words of the message, where the environment keeps them: order.id=4711")
    .option("--channel <channel>", "messages for this channel")
    .option("--tag <tag>", "messages with this tag")
    .option("--after <moment>", "accepted after it: 2026-01-31T12:00:00Z")
    .option("--before <moment>", "accepted before it")
    .option("--received", "what sources received, instead of deliveries")
    .option("--source <id>", "with --received: of this source, by id or uid")
    .addOption(choices("--verdict <list>", "with --received: any of these", verdicts))
    .option("--lines <n>", "begin with so many of the latest", countUpTo(250), 10)
    .option("--json", "a JSON object a line, as the API has it")
    .action((options: TailOptions) => tail(options, io));
  command("verify <file>", "tell whether a request from a file is signed with a secret, and if not, why")
    .option("--secret-file <path>", "a file with the secret, one a line; - is the standard input; else WEBHOOK_SECRET")
    .option("--secret <secret>", "the secret; may be repeated; it stands in the shell's history", append)
    .addOption(new Option("--provider <kind>", "who signed it").choices(providerKinds).default("standard-webhooks"))
    .option("--setting <name=value>", "another field of the provider; may be repeated", append)
    .option("--url <url>", "the URL as the sender called it, where it is signed")
    .option("--at <moment>", "as of this moment; else when it was made")
    .action(async (file: string, options: VerifyOptions) => {
      state.status = (await verify(file, options, io)) ? 0 : 1;
    });
  online("login", "keep a server and its API key in a profile; the key is asked for, or read from a pipe").action(
    (options: TargetOptions) => login(options, io),
  );
  command("logout", "forget a profile")
    .option("--profile <name>", "which one")
    .action((options: TargetOptions) => logout(options, io));
  command("profiles", "list the profiles; the current one has a star").action(() => listProfiles(io));
  online("whoami", "tell which server and environment the commands are for").action((options: TargetOptions) => whoami(options, io));
  command("config", "for who runs Webster: print the settings that are set, with secrets hidden")
    .option("--all", "those with their defaults too")
    .option("--json", "as one JSON object")
    .action((options: ConfigOptions) => config(options, io));
  // They bring the database's driver, which no other command needs.
  command("backup <file>", "for who runs Webster: write a backup of its database, while it runs; - is the standard output").action(
    async (file: string) => (await import("./backup.ts")).backup(file, io),
  );
  command("restore <file>", "for who runs Webster: fill an empty database from a backup; - is the standard input")
    .option("--check", "read the file to its end, tell whether it is whole, and do no more")
    .action(async (file: string, options: RestoreOptions) => (await import("./backup.ts")).restore(file, options, io));
  command("doctor", "for who runs Webster: look at database, clock, disk, address, proxy and mail; changes nothing").action(async () => {
    const { doctor } = await import("./doctor.ts");
    state.status = (await doctor(io)) ? 0 : 1;
  });
  command("completion", "print what a shell needs to complete commands")
    .description("Prints what a shell needs to complete commands and options; its first line says where it goes.")
    .addArgument(program.createArgument("<shell>", "which shell").choices(shellNames))
    .action((shell: string) => completion(shell, program, io));
  return program;
}
