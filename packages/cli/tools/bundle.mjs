// Writes bundle/: the command and its inference worker in a few files, in place of hundreds that Node would look for one by one.
//   npm run bundle -w @saker/cli       after tsc -b; bin/saker.js uses it unless a package was compiled since
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { rolldown } from 'rolldown';

const cli = resolve(import.meta.dirname, '..');
const manifest = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

/**
 * Packages that come into the bundle, with what they need themselves: small files of plain JavaScript that every start of
 * a command or of the server loads. All others stay where npm has put them.
 */
const INLINED = [
  '@stricli/core',
  'picocolors',
  'zod',
  'fastify',
  'fastify-plugin',
  '@remix-run/headers',
  '@remix-run/multipart-parser',
  'helmet',
  'ipaddr.js',
];

const nameOf = (id) => /^(?:@[^/]+\/)?[^/]+/.exec(id)[0];
const inNodeModules = (file) => file?.includes('/node_modules/') ?? false;
/** Packages that stay outside, each with the version that our packages name. */
const outside = new Map();

function staysOutside(name, importer) {
  const folder = /.*\/packages\/[^/]+/.exec(importer)[0];
  outside.set(name, manifest(folder).dependencies?.[name] ?? outside.get(name));
}

function external(id, importer) {
  if (isBuiltin(id)) return true;
  if (/^[./]/.test(id) || inNodeModules(importer)) return false;
  const name = nameOf(id);
  if (name.startsWith('@saker/') || INLINED.includes(name)) return false;
  staysOutside(name, importer);
  return true;
}

/** Sees what is loaded by createRequire, which no bundler follows. */
const required = {
  name: 'required',
  transform(code, file) {
    if (inNodeModules(file)) return;
    for (const [, id] of code.matchAll(/createRequire\(import\.meta\.url\)\('([^']+)'\)/g))
      staysOutside(nameOf(id), file);
  },
};

/** The licences of the inlined packages, which go where their code goes. */
function licences(files) {
  const folders = new Set(
    files.flatMap((file) => /.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []),
  );
  return [...folders].sort().map((folder) => {
    const { name, version, license } = manifest(folder);
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? readFileSync(join(folder, file), 'utf8').trim() : `License: ${license}`;
    return `${name} ${version}\n\n${text}\n`;
  });
}

const packages = dirname(cli);
const bundle = await rolldown({
  input: { cli: join(cli, 'dist/index.js'), worker: join(packages, 'serve/dist/inference/worker.js') },
  platform: 'node',
  external,
  plugins: [required],
});
const made = join(cli, `bundle-${process.pid}`);
const { output } = await bundle.write({ dir: made, format: 'esm', chunkFileNames: '[name].js' });
// The bundle stands in this package: in a strict node_modules it finds what this package names, and nothing else.
const own = manifest(cli).dependencies;
const undeclared = [...outside].filter(([name, version]) => own[name] !== version).sort();
if (undeclared.length > 0) {
  rmSync(made, { recursive: true });
  const lines = undeclared.map(
    ([name, version]) => `    ${JSON.stringify(name)}: ${JSON.stringify(version)}`,
  );
  console.error(
    `The bundle imports what the dependencies of packages/cli/package.json do not name:\n${lines.join(',\n')}`,
  );
  process.exit(1);
}
const inlined = licences(output.flatMap((chunk) => chunk.moduleIds ?? []));
writeFileSync(join(made, 'LICENSES.txt'), inlined.join(`\n${'-'.repeat(80)}\n\n`));
const target = join(cli, 'bundle');
rmSync(target, { recursive: true, force: true });
renameSync(made, target);
const bytes = output.reduce((sum, chunk) => sum + (chunk.code?.length ?? 0), 0);
console.log(
  `bundle: ${output.length} files, ${Math.round(bytes / 1024)} KiB, ${inlined.length} packages inlined`,
);
