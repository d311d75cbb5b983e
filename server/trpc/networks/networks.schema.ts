import { environmentInput } from '../input.schema.ts';

export const listNetworksInput = environmentInput;
