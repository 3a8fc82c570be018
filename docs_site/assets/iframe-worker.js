/* Search without a server. Opened from disk, a page may start no worker; this one runs the worker's script in a hidden frame
   instead, with the little of a worker's interface that the theme's search uses. Served over HTTP, the real one is used. */
(function () {
  if (location.protocol !== "file:") return;

  class IFrameWorker extends EventTarget {
    constructor(url) {
      super();
      this.waiting = [];
      const frame = document.createElement("iframe");
      frame.hidden = true;
      frame.title = "search";
      frame.srcdoc = "<!doctype html><html><head></head><body></body></html>";
      frame.addEventListener("load", () => this.start(frame, String(url)), { once: true });
      document.body.appendChild(frame);
    }

    start(frame, url) {
      const inside = frame.contentWindow;
      /* In a worker this sends a message to the page. */
      inside.postMessage = (data) => this.dispatchEvent(new MessageEvent("message", { data }));
      /* One script after the other; the search waits for the promise. */
      inside.importScripts = (...urls) => urls.reduce((done, next) => done.then(() => load(frame, next)), Promise.resolve());
      load(frame, url).then(() => {
        this.frame = inside;
        this.waiting.splice(0).forEach((data) => this.postMessage(data));
      });
    }

    postMessage(data) {
      if (!this.frame) this.waiting.push(data);
      else this.frame.dispatchEvent(new this.frame.MessageEvent("message", { data }));
    }

    terminate() {
      this.frame = undefined;
    }
  }

  function load(frame, url) {
    return new Promise((loaded, failed) => {
      const script = frame.contentDocument.createElement("script");
      script.onload = loaded;
      script.onerror = () => failed(new Error("cannot load " + url));
      script.src = url;
      frame.contentDocument.head.appendChild(script);
    });
  }

  window.IFrameWorker = IFrameWorker;
  window.Worker = IFrameWorker;
})();
