// What Vite would write into the page itself, which our content policy forbids.
import { injectIntoGlobalHook } from '/assets/console/@react-refresh';

injectIntoGlobalHook(window);
window.$RefreshReg$ = () => {};
window.$RefreshSig$ = () => (type) => type;
await import('/assets/console/@vite/client');
