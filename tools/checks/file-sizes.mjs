// no source file is longer than 600 lines; those over 350 are listed
import { listFiles, readText, report } from '../lib/repository.mjs';

const SOURCE = /\.(ts|tsx|js|mjs|cc|h|cu|cuh|cmake|sh)$/;
const GENERATED = /(^|\/)gen\//;
const sizes = listFiles(SOURCE)
  .filter((file) => !GENERATED.test(file))
  .map((file) => ({ file, lines: readText(file).split('\n').length - 1 }))
  .sort((a, b) => b.lines - a.lines);
const median = sizes[sizes.length >> 1]?.lines ?? 0;
console.log(`  ${sizes.length} source files, median ${median} lines, longest ${sizes[0]?.lines ?? 0}`);
for (const { file, lines } of sizes.filter((entry) => entry.lines > 350)) {
  console.log(`  ${String(lines).padStart(5)}  ${file}`);
}
report(sizes.filter((entry) => entry.lines > 600).map(({ file }) => `${file}: split it`));
