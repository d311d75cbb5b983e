import { z } from 'zod';
import { preferences } from '../../auth/preferences.schema.ts';
import { environmentInput } from '../input.schema.ts';

const PASSWORD_MIN = 12;
const PASSWORD_MAX = 256;

export const userName = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}._@-]*$/u, 'user_name_format');
const newPassword = z.string().min(PASSWORD_MIN, 'password_too_short').max(PASSWORD_MAX, 'password_too_long');

export const signInInput = environmentInput.extend({
  name: z.string().trim().min(1).max(64),
  password: z.string().min(1).max(PASSWORD_MAX),
  /** In place of a password that somebody else gave. */
  newPassword: newPassword.optional(),
});
export const setupInput = environmentInput.extend({
  code: z.string().trim().min(1).max(128),
  name: userName,
  password: newPassword,
  preferences: preferences.strict().optional(),
});
export const preferencesInput = environmentInput.extend({ preferences: preferences.strict() });
export const changePasswordInput = environmentInput.extend({
  currentPassword: z.string().min(1).max(PASSWORD_MAX),
  newPassword,
});
export const proveInput = environmentInput.extend({ password: z.string().min(1).max(PASSWORD_MAX) });
export const endSessionInput = environmentInput.extend({ sessionId: z.string().min(1).max(64) });
