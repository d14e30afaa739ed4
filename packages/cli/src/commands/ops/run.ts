import {
  OPS,
  type OpDefinition,
  PIPELINE_PRESETS,
  type PipelinePreset,
  pipelineHash,
  SakerError,
} from '@saker/spec';
import type { CliContext } from '../../context.js';
import type { CommonFlags } from '../../flags/common.js';
import { suggestion } from '../../flags/pipeline.js';
import { Output } from '../../output/output.js';
import { table } from '../../output/table.js';

const definitions: readonly OpDefinition[] = OPS as unknown as readonly OpDefinition[];

const drawn = ({ randomWords, randomNote }: OpDefinition): string =>
  randomWords === 0 ? 'nothing' : `${randomWords} words of 32 bits${randomNote ? ` (${randomNote})` : ''}`;

function opJson(op: OpDefinition): object {
  const parameters = Object.entries(op.fields).map(([name, field]) => ({
    name,
    meaning: field.doc,
    range: field.range,
    required: field.defaultText === undefined,
    ...(field.defaultText === undefined ? {} : { default: JSON.parse(field.defaultText) as unknown }),
    ...(field.values === undefined ? {} : { values: field.values }),
  }));
  const { name, summary, formula, kind, randomWords, promise, devices, fusable } = op;
  return {
    ...{ name, summary, formula, kind, randomWords, promise, devices, fusable },
    functional: op.functional ?? false,
    parameters,
  };
}

const presetJson = ({ name, summary, source, random, make }: PipelinePreset): object => {
  const pipeline = make();
  return { name, summary, source, random, hash: pipelineHash(pipeline), pipeline };
};

function listAll(out: Output): void {
  const { bold } = out.color;
  out.line(bold('Transforms'));
  out.line(
    table(
      [{ title: 'name' }, { title: 'kind' }, { title: 'random' }, { title: 'what it does' }],
      definitions.map((op) => [op.name, op.kind, op.randomWords > 0 ? 'yes' : '-', op.summary]),
    ),
  );
  out.line();
  out.line(bold('Presets for --pipeline'));
  out.line(
    table(
      [{ title: 'name' }, { title: 'random' }, { title: 'what it does' }],
      PIPELINE_PRESETS.map((preset) => [preset.name, preset.random ? 'yes' : '-', preset.summary]),
    ),
  );
  out.line();
  out.line('saker ops NAME shows one of them.');
  out.json({ ops: definitions.map(opJson), presets: PIPELINE_PRESETS.map(presetJson) });
}

function showOp(out: Output, op: OpDefinition): void {
  const { bold, dim } = out.color;
  out.line(`${bold(op.name)}  ${dim(op.kind)}`);
  out.line(`${op.summary}${op.functional ? ' Fixed parameters: nothing is drawn.' : ''}`);
  out.line();
  out.line(`  ${op.formula}`);
  out.line();
  const fields = Object.entries(op.fields);
  if (fields.length > 0) {
    out.line(
      table(
        [{ title: 'parameter' }, { title: 'default' }, { title: 'range' }, { title: 'meaning' }],
        fields.map(([name, field]) => [name, field.defaultText ?? 'required', field.range, field.doc]),
      ),
    );
    out.line();
  }
  out.line(`draws    ${drawn(op)}`);
  out.line(
    `runs on  ${op.devices.join(', ')}${op.fusable ? ', fused into one pass' : ', a pass of its own'}`,
  );
  out.line(`promise  ${op.promise}`);
  out.json(opJson(op));
}

function showPreset(out: Output, preset: PipelinePreset): void {
  const { bold, dim } = out.color;
  const pipeline = preset.make();
  out.line(`${bold(preset.name)}  ${dim(`preset, ${pipelineHash(pipeline)}`)}`);
  out.line(preset.summary);
  out.line(`after ${preset.source}`);
  out.line();
  const ops = pipeline.ops.map((op) => `    ${JSON.stringify(op)}`).join(',\n');
  out.line(`{\n  "version": ${pipeline.version},\n  "ops": [\n${ops}\n  ],`);
  out.line(
    `  "decode": ${JSON.stringify(pipeline.decode)},\n  "output": ${JSON.stringify(pipeline.output)}\n}`,
  );
  out.json(presetJson(preset));
}

/** `saker ops`. */
export function ops(this: CliContext, flags: CommonFlags, name?: string): void {
  const out = new Output(this, flags);
  if (name === undefined) {
    listAll(out);
    return;
  }
  // Names differ in more than case, so that a wrong case can be forgiven.
  const same = (candidate: { readonly name: string }): boolean =>
    candidate.name.toLowerCase() === name.toLowerCase();
  const op = definitions.find(same);
  const preset = PIPELINE_PRESETS.find(same);
  if (op) showOp(out, op);
  else if (preset) showPreset(out, preset);
  else {
    const names = [...definitions, ...PIPELINE_PRESETS].map((candidate) => candidate.name);
    throw new SakerError('E_TRANSFORM_UNKNOWN', { name, suggestion: suggestion(name, names) });
  }
}
