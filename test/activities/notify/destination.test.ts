import { describe, expect, it, test } from 'vitest';
import {
  type Allowed,
  checkAddresses,
  hostOf,
  mayBePlain,
  readAllowed,
} from '../../../activities/notify/destination.ts';

const allow = (...entries: string[]): Allowed => {
  const allowed = readAllowed(entries);
  if (allowed === null) throw new Error('not an allow list');
  return allowed;
};

const passes = (address: string, allowed = allow(), host = 'hooks.example.com') => {
  try {
    checkAddresses(host, [address], allowed);
    return true;
  } catch {
    return false;
  }
};

const REFUSED: [string, string][] = [
  ['unspecified', '0.0.0.0'],
  ['this network', '0.1.2.3'],
  ['loopback', '127.0.0.1'],
  ['loopback, anywhere in its network', '127.255.0.9'],
  ['private 10', '10.1.2.3'],
  ['private 172.16', '172.31.255.254'],
  ['private 192.168', '192.168.0.1'],
  ['shared by carriers', '100.64.0.1'],
  ['metadata of a cloud in carrier space', '100.100.100.200'],
  ['link-local: metadata', '169.254.169.254'],
  ['protocol assignments', '192.0.0.1'],
  ['documentation', '192.0.2.1'],
  ['benchmarking', '198.18.0.1'],
  ['6to4 relay', '192.88.99.1'],
  ['multicast', '224.0.0.1'],
  ['reserved', '240.0.0.1'],
  ['broadcast', '255.255.255.255'],
  ["Azure's platform", '168.63.129.16'],
  ['unspecified', '::'],
  ['loopback', '::1'],
  ['IPv4-compatible', '::127.0.0.1'],
  ['IPv4-mapped', '::ffff:127.0.0.1'],
  ['IPv4-mapped, in hex', '::ffff:7f00:1'],
  ['IPv4-mapped, private', '::ffff:10.0.0.1'],
  ['IPv4-mapped, metadata', '::ffff:a9fe:a9fe'],
  ['IPv4-mapped, written out', '0:0:0:0:0:ffff:c0a8:0001'],
  ['IPv4-translated', '::ffff:0:127.0.0.1'],
  ['NAT64 of loopback', '64:ff9b::7f00:1'],
  ['NAT64, local', '64:ff9b:1::7f00:1'],
  ['discard', '100::1'],
  ['Teredo', '2001::1'],
  ['ORCHID', '2001:20::1'],
  ['documentation', '2001:db8::1'],
  ['documentation, the newer', '3fff::1'],
  ['6to4 of loopback', '2002:7f00:1::'],
  ['6to4 of private', '2002:c0a8:1::1'],
  ['segment routing', '5f00::1'],
  ['unique-local', 'fc00::1'],
  ['unique-local: metadata', 'fd00:ec2::254'],
  ['link-local', 'fe80::1'],
  ['link-local with its zone', 'fe80::1%eth0'],
  ['site-local', 'fec0::1'],
  ['multicast', 'ff02::1'],
  ['not given out', '4000::1'],
  ['shorthand', '127.1'],
  ['shorthand', '0x7f.1'],
  ['a number', '2130706433'],
  ['not an address', 'localhost'],
];

test.each(REFUSED)('%s is refused: %s', (_, address) => expect(passes(address)).toBe(false));

test.each(['8.8.8.8', '1.1.1.1', '172.32.0.1', '::ffff:8.8.8.8', '2606:4700::1111', '2a00:1450:4001::1'])(
  '%s is public',
  (address) => expect(passes(address)).toBe(true),
);

it('one refused address among many is enough', () => {
  expect(() => checkAddresses('hooks.example.com', ['8.8.8.8', '10.0.0.1'], allow())).toThrow(/not public/);
  expect(() => checkAddresses('hooks.example.com', [], allow())).toThrow(/no address/);
});

describe('allow', () => {
  it('a network lets its addresses pass, in either clothes, and no other', () => {
    const own = allow('10.20.0.0/16', 'fd00:1::/32', '169.254.169.254');
    expect(passes('10.20.3.4', own)).toBe(true);
    expect(passes('::ffff:10.20.3.4', own)).toBe(true);
    expect(passes('10.21.3.4', own)).toBe(false);
    expect(passes('fd00:1::9', own)).toBe(true);
    expect(passes('fd00:2::9', own)).toBe(false);
    expect(passes('169.254.169.254', own)).toBe(true);
    expect(passes('169.254.169.253', own)).toBe(false);
  });

  it("a host's name lets it be in the own network, never at the machine's metadata, and no other host", () => {
    const own = allow('hooks.internal', 'Relay.Example.');
    expect(passes('10.0.0.1', own, 'hooks.internal')).toBe(true);
    expect(passes('127.0.0.1', own, 'relay.example')).toBe(true);
    expect(passes('169.254.169.254', own, 'hooks.internal')).toBe(false);
    expect(passes('::ffff:169.254.169.254', own, 'hooks.internal')).toBe(false);
    expect(passes('224.0.0.1', own, 'hooks.internal')).toBe(false);
    expect(passes('168.63.129.16', own, 'hooks.internal')).toBe(false);
    expect(passes('10.0.0.1', own, 'evil.hooks.internal')).toBe(false);
  });

  it.each([
    '10.0.0.0/33',
    '127.1',
    '0x7f.1/8',
    'http://a.example',
    'a b',
    '*',
    '*.example.com',
    '',
    '-a.example',
  ])('%j is none', (entry) => expect(readAllowed([entry])).toBeNull());

  it('only a host or address that is named may do without TLS', () => {
    const own = allow('hooks.internal', '127.0.0.0/8', '::1');
    expect(['hooks.internal', '127.0.0.1', '::1'].map((host) => mayBePlain(host, own))).toEqual([
      true,
      true,
      true,
    ]);
    expect(['hooks.example', '10.0.0.1', '::2'].map((host) => mayBePlain(host, own))).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('a host is its name without brackets, final dot and capitals; a number is written out', () => {
    const host = (url: string) => hostOf(new URL(url));
    expect(host('https://Hooks.Example.COM./x')).toBe('hooks.example.com');
    expect(host('https://[::ffff:127.0.0.1]/x')).toBe('::ffff:7f00:1');
    expect(host('https://0x7f.1/x')).toBe('127.0.0.1');
    expect(host('https://2130706433/x')).toBe('127.0.0.1');
  });
});
