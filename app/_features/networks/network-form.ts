import { parseLabels } from '../volumes/volume-list.ts';

export const DRIVERS = ['bridge', 'macvlan', 'ipvlan'] as const;

export interface NetworkForm {
  name: string;
  driver: (typeof DRIVERS)[number];
  /** Link of the host, for the drivers that share one. */
  parent: string;
  subnet: string;
  gateway: string;
  ipRange: string;
  enableIpv4: boolean;
  enableIpv6: boolean;
  subnet6: string;
  gateway6: string;
  internal: boolean;
  /** `name=value` a line, as labels. */
  options: string;
  labels: string;
}

export function emptyNetwork(): NetworkForm {
  const addresses = { subnet: '', gateway: '', ipRange: '', subnet6: '', gateway6: '' };
  const rest = { enableIpv4: true, enableIpv6: false, internal: false, options: '', labels: '' };
  return { name: '', driver: 'bridge', parent: '', ...addresses, ...rest };
}

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$/;
const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const IPV6 = /^[0-9a-fA-F:]*:[0-9a-fA-F:.]*$/;

/** What can be seen without asking the server: the key of a sentence. */
export function checkNetwork(form: NetworkForm): Partial<Record<keyof NetworkForm, string>> {
  const problems: Partial<Record<keyof NetworkForm, string>> = {};
  const cidr = (text: string, address: RegExp) => {
    const [head = '', prefix = '', ...more] = text.split('/');
    return more.length === 0 && address.test(head) && /^\d{1,3}$/.test(prefix);
  };
  if (form.name !== '' && !NAME.test(form.name)) problems.name = 'network_name_invalid';
  if (form.driver !== 'bridge' && form.parent === '') problems.parent = 'required';
  if (!form.enableIpv4 && !form.enableIpv6) problems.enableIpv4 = 'network_without_addresses';
  if (form.enableIpv4) {
    if (form.subnet !== '' && !cidr(form.subnet, IPV4)) problems.subnet = 'invalid_subnet';
    if (form.gateway !== '' && !IPV4.test(form.gateway)) problems.gateway = 'invalid_address';
    else if (form.gateway !== '' && form.subnet === '') problems.gateway = 'gateway_alone';
    if (form.ipRange !== '' && !cidr(form.ipRange, IPV4)) problems.ipRange = 'invalid_subnet';
    else if (form.ipRange !== '' && form.subnet === '') problems.ipRange = 'range_alone';
  }
  if (!form.enableIpv6) return problems;
  if (form.subnet6 !== '' && !cidr(form.subnet6, IPV6)) problems.subnet6 = 'invalid_subnet6';
  if (form.gateway6 !== '' && !IPV6.test(form.gateway6)) problems.gateway6 = 'invalid_address';
  else if (form.gateway6 !== '' && form.subnet6 === '') problems.gateway6 = 'gateway_alone';
  return problems;
}

/** The request of a form; what is empty is chosen by the server. */
export function toNetworkRequest(form: NetworkForm) {
  const given = <K extends string>(key: K, text: string) => (text === '' ? {} : ({ [key]: text } as Record<K, string>));
  const v4 = form.enableIpv4
    ? { ...given('subnet', form.subnet), ...given('gateway', form.gateway), ...given('ipRange', form.ipRange) }
    : {};
  const v6 = form.enableIpv6 ? { ...given('subnet', form.subnet6), ...given('gateway', form.gateway6) } : {};
  return {
    name: form.name,
    driver: form.driver,
    subnets: [v4, v6].filter((subnet) => Object.keys(subnet).length > 0),
    enableIpv4: form.enableIpv4,
    enableIpv6: form.enableIpv6,
    internal: form.internal,
    options: { ...parseLabels(form.options), ...(form.driver === 'bridge' ? {} : given('parent', form.parent)) },
    labels: parseLabels(form.labels),
  };
}

const FIELD_OF: Readonly<Record<string, keyof NetworkForm>> = {
  network_exists: 'name',
  network_name_taken: 'name',
  name_taken: 'name',
  network_name_invalid: 'name',
  predefined_network: 'name',
  subnet_overlap: 'subnet',
  invalid_subnet: 'subnet',
  invalid_subnets: 'subnet',
  no_subnet_free: 'subnet',
  invalid_network_option: 'options',
  network_without_addresses: 'enableIpv4',
  network_without_ipv4: 'options',
};

/** Which field a refusal of the server is about. */
export function fieldOfReason(reason: string | undefined): keyof NetworkForm | undefined {
  return reason === undefined ? undefined : FIELD_OF[reason];
}
