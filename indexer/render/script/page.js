// Runs in every document before its own scripts. KEY is a random name.
(() => {
  // What a proxy can't hold back is not there.
  for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection', 'RTCDataChannel', 'WebTransport', 'PresentationRequest']) {
    try {
      delete window[name];
      if (name in window) Object.defineProperty(window, name, {value: undefined, writable: false, configurable: false});
    } catch { /* an exotic realm: the other walls stand */ }
  }
  window.open = () => null;
  window.print = () => {};
  try { navigator.sendBeacon = () => true; } catch { /* as above */ }

  const clock = performance.now.bind(performance);
  let changed = clock();
  const watch = () => new MutationObserver(() => { changed = clock(); })
    .observe(document, {subtree: true, childList: true, characterData: true});
  watch();
  addEventListener('load', () => { changed = clock(); });
  Object.defineProperty(window, 'KEY', {value: () => ({
    quiet: clock() - changed,
    ready: document.readyState === 'complete',
  })});
})();
