/* Search without a server and in Chinese; runs before the theme's own script.

   Opened from disk, a page may start no worker: the worker's script runs in a hidden frame instead, with the little of a
   worker's interface that the theme's search uses. Served over HTTP, the browser's own worker is used.

   The index holds every Chinese character as a word, and every part of a column's name. The theme would look for any of them;
   here a page must have all. */
(function () {
  const QUERY = 2; /* the theme's type of message that carries what is searched for */

  function inWords(message) {
    if (!message || message.type !== QUERY || typeof message.data !== "string") return message;
    const words = message.data
      .replace(/[A-Za-z0-9]+(?:_+[A-Za-z0-9]+)+/g, (name) => name.split(/_+/).map((word) => " +" + word).join("") + " ")
      .replace(/\p{sc=Han}/gu, " +$& ");
    return { ...message, data: words };
  }

  class WordsWorker extends Worker {
    postMessage(message, ...rest) {
      super.postMessage(inWords(message), ...rest);
    }
  }

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
        this.waiting.splice(0).forEach((data) => this.send(data));
      });
    }

    postMessage(message) {
      const data = inWords(message);
      if (this.frame) this.send(data);
      else this.waiting.push(data);
    }

    send(data) {
      this.frame.dispatchEvent(new this.frame.MessageEvent("message", { data }));
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

  if (location.protocol === "file:") {
    window.IFrameWorker = IFrameWorker; /* by this name the theme's script finds its parts */
    window.Worker = IFrameWorker;
  } else {
    window.Worker = WordsWorker;
  }
})();
