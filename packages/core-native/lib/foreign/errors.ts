/** What libvips says, as one of our errors. */
import { type ErrorCode, SakerError } from '@saker/spec/light';
import type { ForeignFormat } from './sniff.js';

interface Symptom {
  readonly sign: RegExp;
  readonly code: ErrorCode;
}

/** The first match is taken; anything else is a damaged picture. */
const SYMPTOMS: readonly Symptom[] = [
  { sign: /exceeds pixel limit/i, code: 'E_IMAGE_TOO_LARGE' },
  { sign: /timeout/i, code: 'E_IMAGE_TIMEOUT' },
  { sign: /unsupported image format|not configured|not been built in/i, code: 'E_IMAGE_FORMAT' },
  {
    sign: /unexpected end|end of (file|stream|source)|premature|truncat|bad seek|seek error|not enough/i,
    code: 'E_IMAGE_TRUNCATED',
  },
  { sign: /out of memory|cannot allocate/i, code: 'E_MEMORY' },
];

const MAX_DETAIL = 160;

/** A SakerError for a picture that sharp refused. libvips says much; the line that tells is kept. */
export function foreignError(format: ForeignFormat, thrown: unknown): SakerError {
  if (thrown instanceof SakerError) return thrown;
  if (thrown instanceof Error && 'syscall' in thrown) {
    return new SakerError('E_FILE_READ', { detail: thrown.message }, { cause: thrown });
  }
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  const symptom = SYMPTOMS.find(({ sign }) => sign.test(text));
  const code = symptom?.code ?? 'E_IMAGE_CORRUPT';
  const lines = text.replace(/^Input buffer has corrupt header: /, '').split('\n');
  const line = (lines.find((l) => symptom?.sign.test(l)) ?? lines[0] ?? '').trim();
  const detail = `${format.toUpperCase()}: ${line.length > MAX_DETAIL ? `${line.slice(0, MAX_DETAIL)}...` : line}`;
  return new SakerError(code, { detail }, { cause: thrown });
}
