import { ENDPOINT } from './endpoint-shape.ts';
import { type BodyShape, FLAG, list, object, TEXT_MAP, text } from './shape.ts';

export const NETWORK_BODY: BodyShape = {
  name: 'CreateRequest',
  shape: object('network.CreateRequest', {
    Name: text(),
    Driver: text(),
    Scope: text(),
    EnableIPv4: FLAG,
    EnableIPv6: FLAG,
    IPAM: object('network.IPAM', {
      Driver: text(),
      Options: TEXT_MAP,
      Config: list(
        object('network.IPAMConfig', {
          Subnet: text(),
          IPRange: text(),
          Gateway: text(),
          AuxiliaryAddresses: TEXT_MAP,
        }),
      ),
    }),
    Internal: FLAG,
    Attachable: FLAG,
    Ingress: FLAG,
    ConfigOnly: FLAG,
    ConfigFrom: object('network.ConfigReference', { Network: text() }),
    Options: TEXT_MAP,
    Labels: TEXT_MAP,
    CheckDuplicate: FLAG,
  }),
};

export const CONNECT_BODY: BodyShape = {
  name: 'ConnectOptions',
  shape: object('network.ConnectOptions', { Container: text(), EndpointConfig: ENDPOINT }),
};

export const DISCONNECT_BODY: BodyShape = {
  name: 'DisconnectOptions',
  shape: object('network.DisconnectOptions', { Container: text(), Force: FLAG }),
};

export const VOLUME_BODY: BodyShape = {
  name: 'CreateOptions',
  shape: object('volume.CreateOptions', {
    Name: text(),
    Driver: text(),
    DriverOpts: TEXT_MAP,
    Labels: TEXT_MAP,
    ClusterVolumeSpec: object('volume.ClusterVolumeSpec', { Group: text() }),
  }),
};

export const AUTH_BODY: BodyShape = {
  name: '',
  shape: object('registry.AuthConfig', {
    username: text(),
    password: text(),
    auth: text(),
    email: text(),
    serveraddress: text(),
    identitytoken: text(),
    registrytoken: text(),
  }),
};
