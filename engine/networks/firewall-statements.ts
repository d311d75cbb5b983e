import type { NftConnectionFlag, NftField, NftStatement, NftValue } from '../kernel/index.ts';

/** Parts of firewall rules, named as the nft program writes them. */
export const ACCEPT: NftStatement = { kind: 'verdict', verdict: 'accept' };
export const DROP: NftStatement = { kind: 'verdict', verdict: 'drop' };
export const MASQUERADE: NftStatement = { kind: 'masquerade' };
/** `fib daddr type local` */
export const TO_THIS_HOST: NftStatement = { kind: 'local' };

export function is(field: NftField, value: NftValue): NftStatement {
  return { kind: 'compare', field, equal: true, value };
}

export function isNot(field: NftField, value: NftValue): NftStatement {
  return { kind: 'compare', field, equal: false, value };
}

/** Several fields are looked up as one concatenation. */
export function isIn(set: string, ...fields: NftField[]): NftStatement {
  return { kind: 'lookup', fields, set, inside: true };
}

export function isNotIn(set: string, ...fields: NftField[]): NftStatement {
  return { kind: 'lookup', fields, set, inside: false };
}

export function connectionIs(...flags: ('established' | 'related')[]): NftStatement {
  return connection('state', flags);
}

/** `ct status dnat`: it came by a published port. */
export const CAME_BY_PORT: NftStatement = connection('status', ['dnat']);

function connection(key: 'state' | 'status', flags: readonly NftConnectionFlag[]): NftStatement {
  return { kind: 'connection', key, flags };
}

export function dnat(family: 'ip' | 'ip6', map: string, ...fields: NftField[]): NftStatement {
  return { kind: 'dnat', family, fields, map };
}
