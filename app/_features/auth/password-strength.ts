const PASSWORD_MIN_LENGTH = 12;

type Strength = { bars: 0 | 1 | 2 | 3 | 4; word: 'weak' | 'fair' | 'strong' };

/** The message of `auth` under a field for a new password: what is asked for, and once there is one what it is worth. */
export function passwordHint(password: string): 'asked' | Strength['word'] {
  return password === '' ? 'asked' : measurePassword(password).word;
}

/** Length counts most: each repeated character and each run such as `1234` is worth nothing. */
export function measurePassword(password: string): Strength {
  if (password.length < PASSWORD_MIN_LENGTH) return { bars: password === '' ? 0 : 1, word: 'weak' };
  const useful = countUseful(password);
  if (useful < 10) return { bars: 2, word: 'fair' };
  return useful < 18 ? { bars: 3, word: 'strong' } : { bars: 4, word: 'strong' };
}

function countUseful(password: string): number {
  let useful = 0;
  for (let index = 0; index < password.length; index += 1) {
    const step = index === 0 ? 2 : password.charCodeAt(index) - password.charCodeAt(index - 1);
    if (Math.abs(step) > 1) useful += 1;
  }
  return useful;
}
