import { findContainer } from '../containers/find-container.ts';
import type { DockerRoute } from '../route.ts';
import { CREATE_BODY } from '../shapes/container-shapes.ts';
import { commitContainer, findCommitted } from './commit.ts';
import { sendArchive, sendChanges, sendExport, sendStat, takeArchive } from './transfer-files.ts';

const ARCHIVE = '/containers/{id}/archive';
const READ = { permission: 'container:files-read', audit: null, find: findContainer } as const;

/** Files of containers, and images made of them. */
export const ARCHIVE_ROUTES: readonly DockerRoute[] = [
  { method: 'HEAD', pattern: ARCHIVE, ...READ, handle: sendStat },
  { method: 'GET', pattern: ARCHIVE, ...READ, handle: sendArchive },
  {
    method: 'PUT',
    pattern: ARCHIVE,
    permission: 'container:files-write',
    audit: 'container.files-write',
    find: findContainer,
    handle: takeArchive,
  },
  { method: 'GET', pattern: '/containers/{id}/changes', ...READ, handle: sendChanges },
  {
    method: 'GET',
    pattern: '/containers/{id}/export',
    permission: 'container:export',
    audit: 'container.export',
    find: findContainer,
    handle: sendExport,
  },
  {
    method: 'POST',
    pattern: '/commit',
    permission: 'container:commit',
    audit: 'container.commit',
    takesJson: CREATE_BODY,
    bodyLeniency: { mayBeEmpty: true },
    find: findCommitted,
    handle: commitContainer,
  },
];
