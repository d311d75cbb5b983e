import { z } from 'zod';
import { environmentInput, objectName, ref } from '../input.schema.ts';

const texts = z.array(z.string().max(512)).max(50);
const ipAddress = z.union([z.ipv4(), z.ipv6()], 'address_format');
/** Whether a subnet has bits beyond its prefix is told by the engine, which knows the right one. */
const cidr = z.string().max(64);

/** What a container asks of one network. */
export const endpointConfig = z.strictObject({
  network: ref,
  aliases: z
    .array(
      z
        .string()
        .max(253)
        .regex(/^[a-zA-Z0-9_]([a-zA-Z0-9_.-]*[a-zA-Z0-9_])?$/, 'alias_format'),
    )
    .max(50)
    .optional(),
  ipv4: z.ipv4('address_format').optional(),
  ipv6: z.ipv6('address_format').optional(),
  mac: z
    .string()
    .regex(/^[0-9a-fA-F]{2}([:-][0-9a-fA-F]{2}){5}$/, 'mac_format')
    .optional(),
  priority: z.number().int().min(-1000).max(1000).optional(),
});

export const listNetworksInput = environmentInput.extend({
  name: texts.optional(),
  id: texts.optional(),
  driver: texts.optional(),
  label: texts.optional(),
  type: z.enum(['builtin', 'custom']).optional(),
  dangling: z.boolean().optional(),
});

export const networkInput = environmentInput.extend({ networkId: ref });

export const createNetworkInput = environmentInput.extend({
  name: objectName,
  driver: z.string().max(128).default('bridge'),
  subnets: z
    .array(
      z.strictObject({
        subnet: cidr.optional(),
        gateway: ipAddress.optional(),
        ipRange: cidr.optional(),
        auxAddresses: z.record(z.string().min(1).max(128), ipAddress).optional(),
      }),
    )
    .max(8)
    .default([]),
  enableIpv4: z.boolean().default(true),
  enableIpv6: z.boolean().default(false),
  internal: z.boolean().default(false),
  labels: z.record(z.string().min(1).max(512), z.string().max(32_768)).default({}),
  options: z.record(z.string().min(1).max(256), z.string().max(1024)).default({}),
});

export const freePortsInput = environmentInput.extend({
  near: z.number().int().min(1).max(65_535),
  protocol: z.enum(['tcp', 'udp']).default('tcp'),
});

export const pruneNetworksInput = environmentInput.extend({
  label: texts.default([]),
  notLabel: texts.default([]),
  until: z.date().optional(),
});

export const connectNetworkInput = networkInput.extend({
  containerId: ref,
  ...endpointConfig.omit({ network: true }).shape,
});

export const disconnectNetworkInput = networkInput.extend({ containerId: ref });
