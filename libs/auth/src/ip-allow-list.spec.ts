import { compileAllowList, isAddressRange } from './ip-allow-list.js';

describe('the address allow-list', () => {
  it('lets everyone in when it is empty', () => {
    expect(compileAllowList([])('203.0.113.7')).toBe(true);
  });

  it('lets in exactly its addresses and ranges, of both families', () => {
    const allowed = compileAllowList(['203.0.113.7', '198.51.100.0/24', '2001:db8::/32']);
    for (const inside of ['203.0.113.7', '::ffff:203.0.113.7', '198.51.100.255', '2001:db8:1::1']) {
      expect([inside, allowed(inside)]).toEqual([inside, true]);
    }
    for (const outside of ['203.0.113.8', '198.51.101.1', '2001:db9::1', '::1', '', 'localhost']) {
      expect([outside, allowed(outside)]).toEqual([outside, false]);
    }
  });

  it('knows what is a range and what is not', () => {
    for (const good of ['10.0.0.1', '10.0.0.0/8', '::1', '2001:db8::/64', '0.0.0.0/0'])
      expect(isAddressRange(good)).toBe(true);
    for (const bad of [
      '',
      '10.0.0.0/33',
      '10.0.0.0/-1',
      '10.0.0.0/8/8',
      'example.com',
      '10.0.0',
      'fe80::1%eth0',
      '::/129',
    ]) {
      expect(isAddressRange(bad)).toBe(false);
    }
  });

  it('lets nobody in through a range it cannot read', () => {
    expect(compileAllowList(['nonsense'])('203.0.113.7')).toBe(false);
  });
});
