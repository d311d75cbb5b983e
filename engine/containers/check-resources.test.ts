import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Resources } from '../runtime/index.ts';
import { hostFacts } from '../testing/host-facts.ts';
import { checkResources, tryParseSet } from './check-resources.ts';

const MIB = 2 ** 20;

test('limits that cannot be are refused in the words of Docker', () => {
  const cases: [Resources, string][] = [
    [{ memoryBytes: MIB }, 'Minimum memory limit allowed is 6MB'],
    [{ memoryBytes: -1 }, 'Minimum memory limit allowed is 6MB'],
    [{ memoryReservationBytes: -8 }, 'Minimum memory reservation allowed is 6MB'],
    [{ nanoCpus: -1 }, 'range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available'],
    [{ cpuShares: -2 }, 'invalid CPU shares (-2): value must be a positive integer'],
    [
      { memoryBytes: 8 * MIB, memorySwapBytes: 7 * MIB },
      'Minimum memoryswap limit should be larger than memory limit, see usage',
    ],
    [{ memorySwapBytes: 8 * MIB }, 'You should always set the Memory limit when using Memoryswap limit, see usage'],
    [{ memoryReservationBytes: 1 }, 'Minimum memory reservation allowed is 6MB'],
    [
      { memoryBytes: 8 * MIB, memoryReservationBytes: 9 * MIB },
      'Minimum memory limit can not be less than memory reservation limit, see usage',
    ],
    [{ memorySwappiness: 101 }, 'Invalid value: 101, valid memory swappiness range is 0-100'],
    [{ nanoCpus: 1, cpuPeriod: 2000 }, 'Conflicting options: Nano CPUs and CPU Period cannot both be set'],
    [{ nanoCpus: 1, cpuQuota: 2000 }, 'Conflicting options: Nano CPUs and CPU Quota cannot both be set'],
    [{ nanoCpus: 3e9 }, 'range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available'],
    [{ cpuPeriod: 999 }, 'CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)'],
    [{ cpuQuota: 999 }, 'CPU cfs quota can not be less than 1ms (i.e. 1000)'],
    [{ cpusetCpus: 'a' }, 'Invalid value a for cpuset cpus: invalid format: a'],
    [{ cpusetCpus: '1-2' }, 'Requested CPUs are not available - requested 1-2, available: 0-1'],
    [{ cpusetMems: '1' }, 'Requested memory nodes are not available - requested 1, available: 0'],
    [{ blkioWeight: 9 }, 'Range of blkio weight is from 10 to 1000'],
  ];
  for (const [wish, message] of cases)
    assert.throws(() => checkResources(wish, hostFacts()), { code: 'invalid_argument', message });
});

test('what the kernel cannot limit is warned of', () => {
  const poor = hostFacts({ cgroupVersion: 2, swapLimit: false, blkioWeight: false, memorySwappiness: false });
  const wish = { memoryBytes: 8 * MIB, blkioWeight: 100, memorySwappiness: 0, oomKillDisable: true };
  assert.equal(checkResources(wish, poor).length, 4);
  assert.deepEqual(checkResources(wish, hostFacts()), []);
  assert.match(checkResources({ oomKillDisable: true }, hostFacts())[0] ?? '', /no memory limit is set/);
});

test('sets of processors', () => {
  assert.deepEqual([...(tryParseSet('0-2,7') ?? [])], [0, 1, 2, 7]);
  for (const text of ['', '2-1', '1,', '-1', '0-99999999']) assert.equal(tryParseSet(text), undefined, text);
});
