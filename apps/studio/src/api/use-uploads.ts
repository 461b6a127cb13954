import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { AssetDto } from '#sdk';
import { useFormats } from '../i18n/formats.js';
import { useMessages } from '../i18n/use-messages.js';
import { useWorkspace } from '../shell/workspace.js';
import { describeProblem } from './problems.js';
import { allowanceQuery, assetQuery, assetsKey } from './queries.js';
import { faultOfFile, kindNames, upload, type UploadLimits } from './uploads.js';

export interface Uploads {
  /** Checks files and sends those that may be sent, one after the other. */
  take: (files: readonly File[]) => void;
  /** Why the last one was not taken. */
  fault: string | undefined;
  isUploading: boolean;
  /** What is taken, in words: kinds, and the size when it is known. */
  limitsText: string;
}

/**
 * @param place what may be sent there; the plan may allow less
 * @param onDone with what was kept, in the order in which it was given
 */
export function useUploads(place: UploadLimits, onDone: (assets: AssetDto[]) => void): Uploads {
  const t = useMessages();
  const formats = useFormats();
  const queryClient = useQueryClient();
  const { organization, client } = useWorkspace();
  const { data: allowance } = useQuery(allowanceQuery(organization.id));
  const [fault, setFault] = useState<string>();
  const [isUploading, setIsUploading] = useState(false);
  const sizes = [place.maxBytes, allowance?.maxUploadBytes].filter((bytes) => bytes !== undefined);
  const limits: UploadLimits = sizes.length > 0 ? { ...place, maxBytes: Math.min(...sizes) } : place;
  const kinds = formats.list(kindNames(limits));
  const most = formats.bytes(limits.maxBytes ?? 0);

  const send = async (files: readonly File[]) => {
    setIsUploading(true);
    const assets: AssetDto[] = [];
    try {
      for (const file of files) {
        const asset = await upload(client, file);
        queryClient.setQueryData(assetQuery(organization.id, asset.id).queryKey, asset);
        assets.push(asset);
      }
    } catch (error) {
      setFault(describeProblem(t, error));
    } finally {
      setIsUploading(false);
      if (assets.length > 0) {
        onDone(assets);
        void queryClient.invalidateQueries({ queryKey: [...assetsKey(organization.id), 'list'] });
      }
    }
  };
  const take = (files: readonly File[]) => {
    if (files.length === 0) return;
    const faults = files.map((file) => faultOfFile(file, limits));
    const first = faults.findIndex((reason) => reason !== undefined);
    const reason = faults[first];
    setFault(reason && t(reason, { name: files[first]?.name ?? '', kinds, most }));
    const good = files.filter((_, index) => faults[index] === undefined);
    if (good.length > 0) void send(good);
  };
  const limitsText = limits.maxBytes === undefined ? kinds : t('upload.limits', { kinds, most });
  return { take, fault, isUploading, limitsText };
}
