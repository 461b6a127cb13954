/** What this browser remembers. Storage may be forbidden or full: then nothing is remembered, and all else works. */
export const deviceMemory = {
  read(key: string): string | undefined {
    try {
      return localStorage.getItem(key) ?? undefined;
    } catch {
      return undefined;
    }
  },
  write(key: string, value: string | undefined): void {
    try {
      if (value === undefined) localStorage.removeItem(key);
      else localStorage.setItem(key, value);
    } catch {
      // Nothing is remembered.
    }
  },
};
