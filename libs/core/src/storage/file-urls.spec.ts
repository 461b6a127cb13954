import { describe, expect, it, jest } from '@jest/globals';
import type { AppConfig } from '#core/config';
import { FileUrls } from './file-urls.js';

const config = (appSecret: string) => ({ appSecret, http: { publicUrl: 'https://api.example.com' } }) as AppConfig;
const urls = new FileUrls(config('a secret that is long enough to be one'));

const parts = (url: string) => {
  const { searchParams } = new URL(url);
  return { expires: searchParams.get('expires') ?? '', signature: searchParams.get('signature') ?? '' };
};

describe('signed links', () => {
  it('open the file they were made for', () => {
    const { url, expiresAt } = urls.sign('org/jobs/a b/0.png');
    expect(url).toMatch(/^https:\/\/api\.example\.com\/api\/files\/org\/jobs\/a%20b\/0\.png\?/);
    expect(expiresAt.getTime()).toBeGreaterThan(Date.now() + 3_500_000);
    const { expires, signature } = parts(url);
    expect(() => urls.verify('org/jobs/a b/0.png', expires, signature)).not.toThrow();
  });

  it('open no other file, live no longer than said, and are no good with another secret', () => {
    const { expires, signature } = parts(urls.sign('org/a.png').url);
    const refused = expect.objectContaining({ code: 'storage.url_invalid' });
    expect(() => urls.verify('org/b.png', expires, signature)).toThrow(refused);
    expect(() => urls.verify('org/a.png', String(Number(expires) + 1), signature)).toThrow(refused);
    expect(() => urls.verify('org/a.png', `${expires}\n`, signature)).toThrow(refused);
    expect(() => urls.verify('org/a.png', expires, '')).toThrow(refused);
    const others = new FileUrls(config('another secret that is long enough too'));
    expect(() => others.verify('org/a.png', expires, signature)).toThrow(refused);
  });

  it('expire', () => {
    const { expires, signature } = parts(urls.sign('org/a.png').url);
    jest.useFakeTimers({ now: Number(expires) * 1000 + 1 });
    try {
      expect(() => urls.verify('org/a.png', expires, signature)).toThrow(
        expect.objectContaining({ code: 'storage.url_expired' }),
      );
    } finally {
      jest.useRealTimers();
    }
  });

  it('stay the same within the hour, so that browsers keep what they fetched', () => {
    jest.useFakeTimers({ now: Date.UTC(2026, 0, 1, 10, 5) });
    try {
      const first = urls.sign('org/a.png').url;
      jest.setSystemTime(Date.UTC(2026, 0, 1, 10, 50));
      expect(urls.sign('org/a.png').url).toBe(first);
    } finally {
      jest.useRealTimers();
    }
  });
});
