import { environmentInput, objectName } from '../input.schema.ts';

export const listVolumesInput = environmentInput;
export const removeVolumeInput = environmentInput.extend({ volumeName: objectName });
