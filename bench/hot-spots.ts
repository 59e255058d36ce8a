import { aligned } from "./table";

/** The part that is read here of what the inspector calls a profile. */
export interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[];
  samples?: number[];
  /** Microseconds before each sample. */
  timeDeltas?: number[];
}

/** What is not the program's own work: waiting, and the inspector that takes the profile. */
const NOT_WORK = ["(idle)", "dispatch"];
const PACKAGES = 12;
const FUNCTIONS = 4;

/** Where the processor's time went, by package and in each by function, as shares of the time it worked. */
export function hotSpots({ nodes, samples = [], timeDeltas = [] }: CpuProfile): string {
  const byId = new Map(nodes.map((node) => [node.id, node.callFrame]));
  const packages = new Map<string, Map<string, number>>();
  let busy = 0;
  for (const [index, sample] of samples.entries()) {
    const frame = byId.get(sample);
    const time = timeDeltas[index] ?? 0;
    if (!frame || (frame.url === "" && NOT_WORK.includes(frame.functionName))) continue;
    busy += time;
    const functions = packages.get(packageOf(frame)) ?? new Map<string, number>();
    packages.set(packageOf(frame), functions);
    const name = nameOf(frame);
    functions.set(name, (functions.get(name) ?? 0) + time);
  }
  const share = (time: number) => `${((100 * time) / busy).toFixed(1)}%`;
  const rows = [...packages]
    .map(([name, functions]) => ({ name, functions, time: [...functions.values()].reduce((sum, one) => sum + one, 0) }))
    .sort((a, b) => b.time - a.time)
    .slice(0, PACKAGES)
    .map(({ name, functions, time }) => [
      name,
      [...functions]
        .sort(([, a], [, b]) => b - a)
        .slice(0, FUNCTIONS)
        .map(([called, own]) => `${called} ${share(own)}`)
        .join(", "),
      share(time),
    ]);
  return aligned(["package", "most of it in", "of the time"], rows);
}

type Frame = CpuProfile["nodes"][number]["callFrame"];

/** The package a function is from; of our own code the folder, such as src/platform/database. */
function packageOf({ url, functionName }: Frame): string {
  if (url === "") return functionName.startsWith("(") ? functionName : "node";
  if (url.startsWith("node:")) return "node";
  const path = url.split("/");
  const modules = path.lastIndexOf("node_modules");
  if (modules >= 0) return path.slice(modules + 1, modules + (path[modules + 1]?.startsWith("@") ? 3 : 2)).join("/");
  const own = path.lastIndexOf("dist");
  return own >= 0 ? path.slice(own + 1, -1).join("/") : "compiled at run time";
}

const nameOf = ({ functionName, url, lineNumber }: Frame): string =>
  functionName || `(anonymous ${url.split("/").at(-1) ?? ""}:${lineNumber + 1})`;
