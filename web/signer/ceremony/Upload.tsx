import { bytes } from '@shared/format';
import { t } from '@shared/i18n';
import { imageAddress } from './MarkView';

/** A photograph of a signature is well below this. */
const largest = 5_000_000;

interface Props {
  image: string;
  onImage(base64: string): void;
  onFault(text: string): void;
}

/** A picture of a signature from a file. */
export function Upload({ image, onImage, onFault }: Props) {
  const take = async (file: File | undefined) => {
    if (!file) return;
    if (file.size > largest) return onFault(t('adopt.upload_large', { size: bytes(largest) }));
    const data = new Uint8Array(await file.arrayBuffer());
    if (!isImage(data)) return onFault(t('adopt.upload_format'));
    onFault('');
    onImage(base64(data));
  };
  return (
    <>
      <div class="field">
        <label for="adopt-file">{t('adopt.upload_label')}</label>
        <input
          id="adopt-file"
          class="input file"
          type="file"
          accept="image/png,image/jpeg"
          onChange={(e) => void take(e.currentTarget.files?.[0])}
        />
        <span class="hint">{t('adopt.upload_hint', { size: bytes(largest) })}</span>
      </div>
      {image && (
        <figure class="sample">
          <img src={imageAddress(image)} alt={t('adopt.upload_preview')} />
        </figure>
      )}
    </>
  );
}

/** Whether bytes begin as PNG or JPEG files do. */
export function isImage(data: Uint8Array): boolean {
  const begins = (...b: number[]) => b.every((v, i) => data[i] === v);
  return begins(0x89, 0x50, 0x4e, 0x47) || begins(0xff, 0xd8, 0xff);
}

function base64(data: Uint8Array): string {
  let text = '';
  for (let i = 0; i < data.length; i += 0x8000) {
    text += String.fromCharCode(...data.subarray(i, i + 0x8000));
  }
  return btoa(text);
}
