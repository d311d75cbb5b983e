import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filterUsers, isLastOwner, isRolePiece, stateOf } from './user-list.ts';

const user = (name: string, role: 'owner' | 'admin' | 'viewer', change = {}) => ({
  name,
  role,
  disabled: false,
  temporaryPassword: false,
  ...change,
});
const ann = user('Ann', 'owner');
const bea = user('bea', 'admin', { temporaryPassword: true });
const cid = user('cid', 'owner', { disabled: true, temporaryPassword: true });
const users = [ann, bea, cid];

test('a user is found by part of the name, by role, by state', () => {
  const names = (query: string, filter: 'all' | 'active' | 'invited' | 'disabled' = 'all') =>
    filterUsers(users, { query, filter }).map(({ name }) => name);
  assert.deepEqual(names(' an '), ['Ann']);
  assert.deepEqual(names('role:owner'), ['Ann', 'cid']);
  assert.deepEqual(names('role:owner c'), ['cid']);
  assert.deepEqual(names('', 'invited'), ['bea']);
  assert.deepEqual(names('role:owner', 'disabled'), ['cid']);
  assert.deepEqual(names('role:nobody'), []);
  assert.equal(isRolePiece('role:admin'), true);
  assert.equal(isRolePiece('role:'), false);
});

test('closed counts before invited', () => {
  assert.deepEqual(users.map(stateOf), ['active', 'invited', 'disabled']);
});

test('the last owner is the only one who can sign in', () => {
  assert.deepEqual(
    users.map((one) => isLastOwner(one, users)),
    [true, false, false],
  );
  assert.equal(isLastOwner(ann, [...users, user('dan', 'owner')]), false);
});
