export interface DiffPart {
  text: string;
  kind: 'same' | 'added' | 'removed';
}

/** Words with the space after them, so that the parts put together are the text again. */
const wordsOf = (text: string) => text.match(/\S+\s*/g) ?? [];

/** What became of a text, word by word, by the longest common subsequence (Wagner and Fischer, 1974). */
export function diffWords(before: string, after: string): DiffPart[] {
  const [old, fresh] = [wordsOf(before), wordsOf(after)];
  const same = (a: number, b: number) => old[a]?.trim() === fresh[b]?.trim();
  const lengths = Array.from({ length: old.length + 1 }, () => new Array<number>(fresh.length + 1).fill(0));
  const at = (a: number, b: number) => lengths[a]?.[b] ?? 0;
  for (let a = old.length - 1; a >= 0; a -= 1) {
    for (let b = fresh.length - 1; b >= 0; b -= 1) {
      const row = lengths[a];
      if (row) row[b] = same(a, b) ? at(a + 1, b + 1) + 1 : Math.max(at(a + 1, b), at(a, b + 1));
    }
  }
  const parts: DiffPart[] = [];
  const put = (text: string, kind: DiffPart['kind']) => {
    const last = parts.at(-1);
    if (last?.kind === kind) last.text += text;
    else parts.push({ text, kind });
  };
  let [a, b] = [0, 0];
  while (a < old.length || b < fresh.length) {
    if (a < old.length && b < fresh.length && same(a, b)) {
      put(fresh[b] ?? '', 'same');
      a += 1;
      b += 1;
    } else if (b < fresh.length && (a >= old.length || at(a, b + 1) >= at(a + 1, b))) put(fresh[b++] ?? '', 'added');
    else put(old[a++] ?? '', 'removed');
  }
  return parts;
}
