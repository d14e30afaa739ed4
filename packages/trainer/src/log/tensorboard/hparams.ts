/** What TensorBoard's HParams page reads: the settings of a run, its metrics, and how it ended. */
import { create, toBinary } from '@bufbuild/protobuf';
import {
  DataType,
  HParamsPluginDataSchema,
  type Status,
  type Summary_Value,
} from '../../gen/tensorboard_pb.js';
import { pluginValue } from './values.js';

export type HParam = number | string | boolean;

const TYPES = {
  number: DataType.FLOAT64,
  string: DataType.STRING,
  boolean: DataType.BOOL,
} as const;

function kindOf(v: HParam) {
  if (typeof v === 'number') return { case: 'numberValue' as const, value: v };
  if (typeof v === 'boolean') return { case: 'boolValue' as const, value: v };
  return { case: 'stringValue' as const, value: v };
}

type Data = Parameters<typeof create<typeof HParamsPluginDataSchema>>[1];
const hparamsValue = (name: string, data: Data): Summary_Value =>
  pluginValue(
    `_hparams_/${name}`,
    'hparams',
    toBinary(HParamsPluginDataSchema, create(HParamsPluginDataSchema, data)),
  );

/** Settings and the tags of the metrics to show beside them; `seconds` since 1970. */
export function hparamsStart(
  hparams: Readonly<Record<string, HParam>>,
  metricTags: readonly string[],
  seconds: number,
): Summary_Value[] {
  const entries = Object.entries(hparams);
  return [
    hparamsValue('experiment', {
      data: {
        case: 'experiment',
        value: {
          timeCreatedSecs: seconds,
          hparamInfos: entries.map(([name, v]) => ({ name, type: TYPES[typeof v as keyof typeof TYPES] })),
          metricInfos: metricTags.map((tag) => ({ name: { tag } })),
        },
      },
    }),
    hparamsValue('session_start_info', {
      data: {
        case: 'sessionStartInfo',
        value: {
          hparams: Object.fromEntries(entries.map(([name, v]) => [name, { kind: kindOf(v) }])),
          startTimeSecs: seconds,
        },
      },
    }),
  ];
}

export function hparamsEnd(status: Status, seconds: number): Summary_Value {
  return hparamsValue('session_end_info', {
    data: { case: 'sessionEndInfo', value: { status, endTimeSecs: seconds } },
  });
}
