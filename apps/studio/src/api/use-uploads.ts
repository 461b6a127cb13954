import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { AssetDto } from '#sdk';
import { useFormats } from '../i18n/formats.js';
import { useMessages } from '../i18n/use-messages.js';
import type { MediaType } from '../media/media-type.js';
import { useWorkspace } from '../shell/workspace.js';
import { describeProblem } from './problems.js';
import { assetQuery, assetsKey } from './queries.js';
import { faultOfFile, MOST_UPLOAD_BYTES, upload } from './uploads.js';

export interface Uploads {
  /** Checks files and sends those that may be sent, one after the other. */
  take: (files: readonly File[]) => void;
  /** Why the last one was not taken. */
  fault: string | undefined;
  isUploading: boolean;
}

/** @param onDone with what was kept, in the order in which it was given */
export function useUploads(kinds: readonly MediaType[], onDone: (assets: AssetDto[]) => void): Uploads {
  const t = useMessages();
  const formats = useFormats();
  const queryClient = useQueryClient();
  const { organization, client } = useWorkspace();
  const [fault, setFault] = useState<string>();
  const [isUploading, setIsUploading] = useState(false);

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
    const [first] = files.flatMap((file) => {
      const reason = faultOfFile(file, kinds);
      return reason ? [t(reason, { name: file.name, most: formats.bytes(MOST_UPLOAD_BYTES) })] : [];
    });
    setFault(first);
    const good = files.filter((file) => !faultOfFile(file, kinds));
    if (good.length > 0) void send(good);
  };
  return { take, fault, isUploading };
}
