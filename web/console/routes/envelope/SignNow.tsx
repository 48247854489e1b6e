import { api, data } from '@shared/api/client';
import { t } from '@shared/i18n';
import { useMutation } from '@tanstack/react-query';
import { Icon, problemText, toast } from '../../parts';
import type { Envelope, Recipient } from './queries';

/** Opens one's own sitting, without a link: being signed in says who it is. */
export function SignNow({
  envelope,
  recipient,
  primary,
}: {
  envelope: Envelope;
  recipient: Recipient;
  primary?: boolean;
}) {
  const open = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/envelopes/{envelope}/recipients/{recipient}/open', {
          params: { path: { envelope: envelope.id, recipient: recipient.id } },
        }),
      ),
    onSuccess: ({ ceremony }) => location.assign(`/c/${ceremony}?from=console`),
    onError: (error) => toast(problemText(error), 'bad'),
  });
  return (
    <button
      type="button"
      className={primary ? 'button primary' : 'button'}
      disabled={open.isPending || open.isSuccess}
      onClick={() => open.mutate()}
    >
      <Icon name="signature" />
      {t(recipient.role === 'signer' ? 'envelope.sign_now' : 'envelope.read_now')}
    </button>
  );
}
