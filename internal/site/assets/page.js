// What the plain pages gain from script; each works without.
if (!window.isSecureContext) document.getElementById('insecure')?.removeAttribute('hidden');

// Moments stand in universal time; whoever reads them lives by their own.
for (const at of document.querySelectorAll('time[data-local]')) {
  const moment = new Date(at.getAttribute('datetime'));
  const form = { dateStyle: 'medium', timeStyle: 'short' };
  const zone = { timeZoneName: 'short', hour: 'numeric' };
  const name = new Intl.DateTimeFormat(document.documentElement.lang, zone).formatToParts(moment).find((p) => p.type === 'timeZoneName');
  at.removeAttribute('dir');
  at.textContent = `${new Intl.DateTimeFormat(document.documentElement.lang, form).format(moment)}${name ? ` ${name.value}` : ''}`;
}

// A second press of a button has no more to say.
for (const form of document.querySelectorAll('form[data-once]')) {
  form.addEventListener('submit', (e) => {
    if (form.dataset.sent) e.preventDefault();
    form.dataset.sent = 'yes';
  });
}
addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form[data-sent]')) delete form.dataset.sent;
});

// With very large type the agreement would cover what it is about; then it stands at the end of the page instead.
for (const form of document.querySelectorAll('.act.sticky')) {
  new ResizeObserver(() => form.classList.toggle('still', form.offsetHeight > innerHeight * 0.45)).observe(form);
}
