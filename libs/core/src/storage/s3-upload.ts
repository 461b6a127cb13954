import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';

/** Which object in which bucket, in S3's own words. */
export interface S3Place {
  Bucket: string;
  Key: string;
}

/** An object that is sent in parts, one at a time, and appears when it is finished. End each with `finish` or `abort`. */
export class S3Upload {
  private readonly sent: CompletedPart[] = [];

  private constructor(
    private readonly client: S3Client,
    private readonly upload: S3Place & { UploadId: string | undefined },
    private readonly abortSignal?: AbortSignal,
  ) {}

  static async begin(client: S3Client, place: S3Place, abortSignal?: AbortSignal): Promise<S3Upload> {
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(place), { abortSignal });
    return new S3Upload(client, { ...place, UploadId }, abortSignal);
  }

  async add(part: Buffer): Promise<void> {
    const PartNumber = this.sent.length + 1;
    const command = new UploadPartCommand({ ...this.upload, PartNumber, Body: part });
    const { ETag } = await this.client.send(command, { abortSignal: this.abortSignal });
    this.sent.push({ PartNumber, ETag });
  }

  async finish(): Promise<void> {
    const command = new CompleteMultipartUploadCommand({ ...this.upload, MultipartUpload: { Parts: this.sent } });
    await this.client.send(command, { abortSignal: this.abortSignal });
  }

  async abort(): Promise<void> {
    await this.client.send(new AbortMultipartUploadCommand(this.upload)).catch(() => undefined);
  }
}
