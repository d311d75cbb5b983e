import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isEngineError } from '#engine/errors/index.ts';
import { can } from './can.ts';
import { type Actor, assertCan, grantsOf, PERMISSIONS, type Permission, ROLES, type Role } from './index.ts';

// Written by hand from the product's table, not derived from the code's: A all, o own, u unused, - none;
// columns are owner, admin, operator, developer, viewer.
const EXPECTED: Record<string, string> = {
  AAAAA: `container:view container:logs container:stats container:processes image:view volume:view network:view stack:view
    event:view operation:view profile:manage`,
  'AA-o-': `container:env-read stack:env-read container:create container:update container:rename container:remove
    container:commit container:export stack:deploy stack:remove stack:lock image:push image:save image:load image:build image:prune
    volume:create volume:files volume:backup volume:restore volume:remove network:create network:connect network:remove`,
  'AAAo-': `container:start container:stop container:restart container:pause container:kill stack:redeploy image:tag
    operation:cancel update:apply alert:manage`,
  'AAoo-': 'container:exec container:attach container:files-read container:files-write',
  'AAAA-': 'image:pull',
  'AAuo-': 'image:remove',
  'AAA--': 'host:view',
  'AA---': `container:host-access host:configure cleanup:run job:manage user:manage role:manage policy:manage
    token:manage settings:manage audit:view backup:run environment:manage`,
  'A----': 'host:terminal audit:clear backup:restore owner:change',
};
const LETTERS = new Map(
  Object.entries(EXPECTED).flatMap(([letters, names]) => names.split(/\s+/).map((name) => [name, letters] as const)),
);
const MAKING = new Set(
  'container:create image:load image:build image:prune volume:create network:create stack:deploy volume:restore'.split(
    ' ',
  ),
);

const actor = (role: Role): Actor => ({ id: 'me', name: 'me', role });

test('the expectation names every permission once', () => {
  assert.deepEqual([...LETTERS.keys()].sort(), [...PERMISSIONS].sort());
});

for (const [index, role] of ROLES.entries()) {
  test(`${role}: every permission on own, foreign, ownerless and no object`, () => {
    for (const permission of PERMISSIONS) {
      const letter = LETTERS.get(permission)?.charAt(index);
      const all = letter === 'A';
      const ask = (resource?: { createdBy?: string; inUse?: boolean }) => can(actor(role), permission, resource);
      assert.equal(ask({ createdBy: 'me', inUse: true }), all || letter === 'o', `${permission} own`);
      assert.equal(ask({ createdBy: 'you', inUse: true }), all, `${permission} foreign`);
      assert.equal(ask({}), all, `${permission} ownerless`);
      assert.equal(ask(), all || (letter === 'o' && MAKING.has(permission)), `${permission} without object`);
      assert.equal(ask({ createdBy: 'you', inUse: false }), all || letter === 'u', `${permission} unused`);
      assert.equal(permission in grantsOf(actor(role)), letter !== '-', `${permission} listed`);
    }
  });
}

test('unknown permissions, unknown roles and nobody are refused', () => {
  const odd = (role: string): Actor => ({ id: 'me', name: 'me', role: role as Role });
  for (const permission of ['container:fly', 'toString', '__proto__'] as string[] as Permission[]) {
    assert.equal(can(actor('owner'), permission), false);
  }
  for (const role of ['root', 'constructor', '']) assert.equal(can(odd(role), 'container:view'), false);
  assert.equal(can(undefined, 'container:view'), false);
  assert.throws(
    () => assertCan(actor('viewer'), 'container:start'),
    (error) => isEngineError(error, 'denied') && error.details['permission'] === 'container:start',
  );
});
