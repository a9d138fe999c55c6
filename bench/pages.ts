/** Whether a message costs more once the server has drawn a page: the same posts to one that has, and to one without pages. */
import { pause } from "./memory.ts";
import type { Pair } from "./pairs.ts";
import type { Target } from "./prefill.ts";
import { Subject } from "./subject.ts";
import { endToEnd, type Stage } from "./workloads.ts";

/** What a page leaves behind has ended by then: lib/http/besidePages.ts. */
const restMs = 5_000;

/** Pairs of without and after, every second one the other way round. `total`: posts of each run. */
export async function besidePages(
  stage: Stage,
  { total, rounds }: { total: number; rounds: number },
  progress: (text: string) => void,
): Promise<Pair[]> {
  const subjects: Subject[] = [];
  const open = async (name: string, pages: boolean): Promise<{ subject: Subject; target: Target }> => {
    const subject = await Subject.open(name);
    subjects.push(subject);
    await subject.begin("web,worker", null, { processes: 1, cores: null, pages });
    if (pages) await draw(subject.access.url);
    return { subject, target: await subject.createTarget(stage.receiverUrl) };
  };
  try {
    const [base, now] = [await open("without pages", false), await open("after a page", true)];
    const posts: Pair = { part: "n", name: "single posts, without pages → after a page", base: [], now: [] };
    for (let round = 0; round < rounds; round++)
      for (const player of round % 2 === 0 ? [base, now] : [now, base]) {
        progress(`(n) single posts, ${player.subject.name}`);
        posts[player === base ? "base" : "now"].push(await endToEnd(stage, player.subject, player.target, total, 1));
      }
    return [posts];
  } finally {
    for (const subject of subjects) await subject.close();
  }
}

async function draw(url: string): Promise<void> {
  const response = await fetch(`${url}/login`);
  await response.text();
  if (!response.ok) throw new Error(`No page was drawn: ${response.status}`);
  await pause(restMs);
}
