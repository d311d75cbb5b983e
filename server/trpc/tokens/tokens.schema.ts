import { z } from 'zod';
import { scopesInput } from '../../access/scopes.schema.ts';
import { environmentInput } from '../input.schema.ts';

const name = z.string().trim().min(1).max(64);
const days = z.number().int().min(1).max(365);

export const createTokenInput = environmentInput.extend({ name, days, scopes: scopesInput });
export const issueCertificateInput = environmentInput.extend({ name, days });
export const revokeTokenInput = environmentInput.extend({ tokenId: z.string().min(1).max(64) });
