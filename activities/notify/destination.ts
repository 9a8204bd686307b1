// Where a webhook may go. A name that leads into the own network, or to the machine's own metadata, would turn the notifier into
// a way in; so every address that the name has is looked at, and what is not plainly public needs to be allowed by name.
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { ChannelError } from './channel-error.ts';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Network = [Address, number];

/** What `allow` of a channel says. */
export interface Allowed {
  hosts: readonly string[];
  networks: readonly Network[];
}

/** Public by its number, but it answers for the machine: Azure's platform address ("What is IP address 168.63.129.16?"). */
const NOT_PUBLIC = ['168.63.129.16'];

/** IANA: only this part of IPv6 is given out as global unicast. */
const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3');

/** What a host that is allowed by its name may have, beside public addresses. Metadata services are link-local: never by name. */
const OF_OWN_NETWORK: readonly string[] = ['private', 'loopback', 'uniqueLocal', 'carrierGradeNat'];

/** An entry of `allow`: a host's name, an address or a network (CIDR); null: it is none of these. */
export function readAllowed(entries: readonly string[]): Allowed | null {
  const hosts: string[] = [];
  const networks: Network[] = [];
  for (const entry of entries) {
    if (ipaddr.isValidCIDR(entry) && isIP(entry.split('/')[0] ?? '') !== 0)
      networks.push(ipaddr.parseCIDR(entry));
    else if (isIP(entry) !== 0) networks.push(alone(entry));
    else if (isHostName(entry)) hosts.push(plain(entry));
    else return null;
  }
  return { hosts, networks };
}

function alone(entry: string): Network {
  const address = ipaddr.process(entry);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

const isHostName = (text: string): boolean =>
  text.length <= 253 && /^(?!-)[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?$/i.test(text) && !/^[\d.]+$/.test(text);

/** The host as the connection needs it: no brackets, no final dot, lower case. */
export const hostOf = (url: URL): string => plain(url.hostname.replace(/^\[|\]$/g, ''));

const plain = (host: string): string => host.toLowerCase().replace(/\.$/, '');

/** Without TLS a notice could be read and its receiver be another: only to a host, or an address, that is allowed by itself. */
export function mayBePlain(host: string, allowed: Allowed): boolean {
  return allowed.hosts.includes(host) || (isIP(host) !== 0 && isWithin(parsed(host), allowed.networks));
}

/** Throws `ChannelError` unless every address may be connected to. */
export function checkAddresses(host: string, addresses: readonly string[], allowed: Allowed): void {
  if (addresses.length === 0) throw new ChannelError('its host has no address');
  for (const address of addresses) {
    if (!isAllowed(host, address, allowed)) {
      throw new ChannelError(
        'its host leads to an address that is not public: allow that host or network in notices.yaml if it is meant',
      );
    }
  }
}

function isAllowed(host: string, text: string, allowed: Allowed): boolean {
  const address = parsed(text);
  if (address === null) return false;
  if (isPublic(address) || isWithin(address, allowed.networks)) return true;
  return allowed.hosts.includes(host) && OF_OWN_NETWORK.includes(address.range());
}

/** An IPv4 address in IPv6 clothes is judged as what it is. Shorthand (`127.1`, `0x7f.1`) is none. */
function parsed(text: string): Address | null {
  return isIP(text) === 0 ? null : ipaddr.process(text);
}

function isPublic(address: Address): boolean {
  if (address.range() !== 'unicast' || NOT_PUBLIC.includes(address.toString())) return false;
  return address.kind() === 'ipv4' || isWithin(address, [GLOBAL_UNICAST]);
}

const isWithin = (address: Address | null, networks: readonly Network[]): boolean =>
  address !== null &&
  networks.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits));
