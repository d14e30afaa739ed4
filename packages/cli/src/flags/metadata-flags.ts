/** --size, --mean, --std and --labels: for a model file that carries no pipeline and labels. */
import { integer, perChannel, text } from './parse.js';

export interface MetadataFlags {
  readonly size?: number;
  readonly mean?: number[];
  readonly std?: number[];
  readonly labels?: string;
}

export const metadataFlags = {
  size: {
    kind: 'parsed',
    brief: 'For a model without metadata: side of its input in pixels',
    placeholder: 'N',
    parse: integer('--size', { min: 8, max: 4096 }),
    optional: true,
  },
  mean: {
    kind: 'parsed',
    brief: 'For a model without metadata: mean per channel of pixels in 0..1',
    placeholder: 'a,b,c',
    parse: perChannel('--mean'),
    optional: true,
  },
  std: {
    kind: 'parsed',
    brief: 'For a model without metadata: standard deviation per channel',
    placeholder: 'a,b,c',
    parse: perChannel('--std', { min: 0, above: true }),
    optional: true,
  },
  labels: {
    kind: 'parsed',
    brief: 'For a model without metadata: file of class names, one a line or a JSON array',
    placeholder: 'FILE',
    parse: text('--labels', 'a path'),
    optional: true,
  },
} as const;
