import { z } from 'zod';
import { environmentInput } from '../input.schema.ts';
import { userName } from '../session/session.schema.ts';
import { ROLE_NAMES } from './role-names.schema.ts';

const role = z.enum(ROLE_NAMES);

/** Names are never changed and never given twice, so that a name is enough to say who is meant. */
export const userInput = environmentInput.extend({ userName: z.string().trim().min(1).max(256) });
export const inviteInput = environmentInput.extend({ newUserName: userName, role });
export const changeRoleInput = userInput.extend({ role });
export const setDisabledInput = userInput.extend({ disabled: z.boolean() });
/** Undefined when whoever was refused does not know what. */
export const grantorsInput = environmentInput.extend({ permission: z.string().max(64).optional() });
