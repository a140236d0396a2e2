// Gives the document as HTML: open shadow trees in the places of their hosts,
// no scripts but JSON-LD, no styles. LIMIT is the longest result, in bytes.
(() => {
  const unwanted = new Set(['SCRIPT', 'NOSCRIPT', 'STYLE', 'TEMPLATE', 'DIALOG']);
  const dropped = n => {
    if (n.nodeType === Node.COMMENT_NODE) return true;
    if (n.nodeType !== Node.ELEMENT_NODE) return false;
    if (n.tagName === 'SCRIPT' && (n.type || '').toLowerCase() === 'application/ld+json') return false;
    if (n.tagName === 'LINK' && /stylesheet|preload|prefetch|preconnect/i.test(n.rel)) return true;
    return unwanted.has(n.tagName);
  };
  const childrenOf = n => {
    if (n.tagName === 'SLOT' && n.getRootNode() instanceof ShadowRoot) {
      const given = n.assignedNodes();
      return given.length ? given : n.childNodes;
    }
    return (n.shadowRoot || n).childNodes;
  };
  const inert = document.implementation.createHTMLDocument(''); // where no element of the page's own comes to life
  const copy = n => {
    const c = inert.importNode(n, false);
    for (const child of childrenOf(n)) {
      if (!dropped(child)) c.appendChild(copy(child));
    }
    return c;
  };
  const html = copy(document.documentElement).outerHTML;
  const text = (document.body && document.body.innerText) || '';
  return {
    html: html.length > LIMIT ? '' : '<!DOCTYPE html>' + html,
    length: html.length,
    words: (text.match(/[\p{L}\p{N}]+/gu) || []).length,
    url: document.URL,
  };
})()
