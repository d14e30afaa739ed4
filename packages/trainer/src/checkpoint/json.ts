/** JSON that keeps every number: NaN and the infinities, which JSON lacks, become objects of one key. */
const KEY = '$number';

export function encodeJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'number' && !Number.isFinite(item) ? { [KEY]: String(item) } : item,
  );
}

/** What `encodeJson` wrote. @throws SyntaxError. */
export function decodeJson(text: string): unknown {
  return JSON.parse(text, (_key, item: unknown) => {
    if (typeof item !== 'object' || item === null || !Object.hasOwn(item, KEY)) return item;
    return Number((item as Record<string, unknown>)[KEY]);
  });
}
