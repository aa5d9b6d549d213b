// Text that grows, in a scrolling element: kept in blocks of text nodes, so that what is added costs the same however much there is.

const BLOCK = 4_096;               // characters, then the next line begins a block
const BLOCK_MAX = 16_384;          // a line that is longer is cut here
const PART = 8;                    // blocks that a browser lays out, or leaves out while they are out of sight, together
const FRAME_MAX = 1 << 18;         // characters that are added in a frame
const SPOKEN_MS = 1_000;           // what a screen reader is told, and how often
const SPOKEN_MAX = 400;
const SLACK_PX = 32;               // so near to its end it counts as being there
const encoder = new TextEncoder();

const isHighSurrogate = code => code >= 0xd800 && code <= 0xdbff;

export class TextLog {
  #root; #spoken; #partsMax; #queue = []; #at = 0; #frame = 0; #blocks = []; #node = null; #unsaid = ''; #timer = 0; #isAtEnd = true; #top = 0; #seam = false;

  /** @param {HTMLElement} root scrolls @param {HTMLElement} [spoken] is the log of screen readers @param {number} [partsMax] older ones go */
  constructor(root, spoken, partsMax = Infinity) {
    this.#root = root;
    this.#spoken = spoken;
    this.#partsMax = partsMax;
    root.addEventListener('scroll', () => {
      const { scrollTop, scrollHeight, clientHeight } = root;
      if (scrollHeight - scrollTop - clientHeight < SLACK_PX) this.#isAtEnd = true;
      else if (scrollTop < this.#top - 2) this.#isAtEnd = false;
      this.#top = scrollTop;
    }, { passive: true });
  }

  /** Adds text; `offset` bytes came before it. It is seen with the next frame. */
  append(text, offset) {
    this.#queue.push({ text, offset });
    this.#frame ||= requestAnimationFrame(() => this.#flush());
    this.say(text);
  }

  /** What comes next came over another connection. */
  seam() {
    this.#queue.push({ text: '', seam: true });
  }

  /** Has a screen reader say this, once a second at most. */
  say(text) {
    if (!this.#spoken) return;
    this.#unsaid = (this.#unsaid + text).slice(-SPOKEN_MAX - 1);
    this.#timer ||= setTimeout(() => {
      this.#timer = 0;
      const line = document.createElement('p');
      line.textContent = this.#unsaid.length > SPOKEN_MAX ? '… ' + this.#unsaid.slice(-SPOKEN_MAX) : this.#unsaid;
      this.#unsaid = '';
      this.#spoken.append(line);
      while (this.#spoken.childElementCount > 3) this.#spoken.firstChild.remove();
    }, SPOKEN_MS);
  }

  clear() {
    cancelAnimationFrame(this.#frame);
    this.#queue = [];
    this.#blocks = [];
    this.#at = this.#frame = 0;
    this.#node = null;
    this.#isAtEnd = true;
    this.#root.replaceChildren();
  }

  close() {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
  }

  /** The text from the last place before `offset` that is no more than so many characters away, and where it begins and ends, in bytes. */
  before(offset, characters) {
    let last = this.#blocks.findLastIndex(block => block.offset <= offset), text = '', begins = 0, first = last;
    for (; first >= 0 && text.length < characters; first--) {
      text = this.#textOf(first) + text;
      begins = this.#blocks[first].offset;
    }
    if (last < 0) return { text: '', begins: 0, ends: 0 };
    const whole = this.#textOf(last), from = this.#blocks[last].offset;
    let ends = from, taken = 0;
    for (const character of whole) {
      const bytes = encoder.encode(character).length;
      if (ends + bytes > offset) break;
      ends += bytes;
      taken += character.length;
    }
    return { text: text.slice(0, text.length - whole.length + taken), begins, ends };
  }

  #textOf(index) {
    return this.#blocks[index].nodes.map(node => node.data).join('');
  }

  #flush() {
    this.#frame = 0;
    let room = FRAME_MAX;
    while (room > 0 && this.#at < this.#queue.length) {
      const { text, offset, seam } = this.#queue[this.#at++];
      if (seam) this.#seam = true;
      else this.#put(text, offset);
      room -= text.length;
    }
    if (this.#at === this.#queue.length) {
      this.#queue = [];
      this.#at = 0;
    } else {
      this.#frame = requestAnimationFrame(() => this.#flush());
    }
    if (this.#isAtEnd) this.#root.scrollTop = this.#root.scrollHeight;
  }

  #put(text, offset) {
    while (text) {
      const block = this.#blocks.at(-1);
      if (!block || block.length >= BLOCK_MAX || block.length >= BLOCK && block.endsLine) {
        this.#open(offset);
        continue;
      }
      if (this.#seam) this.#join(block);
      let cut = text.length;
      if (block.length + cut > BLOCK) {
        const line = text.indexOf('\n', Math.max(0, BLOCK - block.length - 1)) + 1;
        cut = Math.min(line || cut, BLOCK_MAX - block.length);
        if (cut < text.length && isHighSurrogate(text.charCodeAt(cut - 1))) cut++;
      }
      const part = text.slice(0, cut);
      this.#node.appendData(part);
      block.length += part.length;
      block.endsLine = part.endsWith('\n');
      text = text.slice(cut);
      if (text) offset += encoder.encode(part).length;
    }
  }

  #open(offset) {
    let part = this.#root.lastElementChild;
    if (!part || part.childElementCount === PART) {
      part?.classList.add('full');
      this.#root.append(part = document.createElement('div'));
    }
    if (this.#root.childElementCount > this.#partsMax) {
      this.#root.firstElementChild.remove();
      this.#blocks.splice(0, PART);
    }
    const element = document.createElement('div');
    this.#node = document.createTextNode('');
    element.append(this.#node);
    this.#blocks.push({ element, nodes: [this.#node], offset, length: 0, endsLine: false });
    part.append(element);
  }

  #join(block) {
    this.#seam = false;
    const seam = document.createElement('span');
    seam.className = 'seam';
    seam.title = 'resumed here after the connection was lost';
    this.#node = document.createTextNode('');
    block.nodes.push(this.#node);
    block.element.append(seam, this.#node);
  }
}
