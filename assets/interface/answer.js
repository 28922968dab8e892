// The answer to a drawing comes from the pad's own door: shown as this component's value, so that Gradio knows of it.
// The characters of a text can be tapped and corrected; corrections are this page's alone, and stay while one writes on.
let characters = [];                   // of the text in view, each with what was read; `now` is what stands there
let chosen = -1;                       // stays with its character when a newer answer has it too
const HINT = 'Tap a character to see what else it may be, and to correct it.';
document.addEventListener('hcr-answer', (event) => { props.value = event.detail; });
document.addEventListener('hcr-choose', (event) => { if (characters[event.detail]) choose(event.detail); });
let last = {};                         // what was made of the answer in view
new MutationObserver(shown).observe(element, {
  childList: true, subtree: true, attributes: true, attributeFilter: ['data-characters', 'data-boxes'],
});                                    // a newer answer may be put into the nodes of the one before

const node = (tag, settings = {}, ...inner) => {
  const made = Object.assign(document.createElement(tag), settings);
  made.append(...inner);
  return made;
};
const glyph = (number) => element.querySelector(`.glyph[data-number="${number}"]`);

function shown() {
  const answer = element.querySelector('.answer');
  const now = answer && [answer, answer.dataset.characters, answer.dataset.boxes];
  if (!now || now.every((one, place) => one === last[place])) return;
  last = now;
  const was = characters[chosen];
  const before = characters.filter((one) => one.now !== one.text);
  characters = JSON.parse(answer.dataset.characters || '[]');
  characters.forEach((one, number) => {
    const same = before.find((old) => old.text === one.text && overlap(old.box, one.box) > 0.7);
    one.now = same ? same.now : one.text;
    if (same) write(number);
  });
  chosen = was ? characters.findIndex((one) => one.text === was.text && overlap(one.box, was.box) > 0.7) : -1;
  if (characters.length) told(answer);
  if (chosen >= 0) detail();
  else if (was && characters.length) element.querySelector('.chosen').replaceChildren(node('p', { className: 'remark', textContent: HINT }));
  const view = element.querySelector('.view');
  document.dispatchEvent(new CustomEvent('hcr-view', { detail: view && { ...view.dataset } }));
  boxes();
}

function overlap([x, y, width, height], [left, top, wide, high]) {
  const across = Math.min(x + width, left + wide) - Math.max(x, left);
  const down = Math.min(y + height, top + high) - Math.max(y, top);
  return across > 0 && down > 0 ? (across * down) / (width * height + wide * high - across * down) : 0;
}

function told(answer) { answer.dataset.answer = text(); }

function text() {                      // as it stands there now, words and lines kept
  const lines = [...element.querySelectorAll('.line')];
  return lines.map((line) => [...line.querySelectorAll('.word')].map((word) => word.textContent.trim()).join(' ')).join('\n');
}

function boxes() {
  const answer = element.querySelector('.answer');
  const found = characters.length ? characters.map((one) => one.box) : JSON.parse((answer && answer.dataset.boxes) || '[]');
  document.dispatchEvent(new CustomEvent('hcr-boxes', { detail: { boxes: found, chosen } }));
}

function write(number) {
  const one = characters[number];
  const button = glyph(number);
  button.textContent = one.now;
  button.classList.toggle('corrected', one.now !== one.text);
  button.setAttribute('aria-label', one.now === one.text ? button.title ? `${one.now}, ${button.title}` : one.now
    : `${one.now}, corrected, was read as ${one.text}`);
}

function correct(now) {
  characters[chosen].now = now;
  write(chosen);
  told(element.querySelector('.answer'));
  choose(chosen);
}

function choose(number) {
  chosen = number;
  detail();
  element.querySelector('.chosen').scrollIntoView({ block: 'nearest' });
  boxes();
}

function detail() {                    // what is told of the chosen one
  for (const one of element.querySelectorAll('.glyph'))
    one.setAttribute('aria-pressed', String(+one.dataset.number === chosen));
  element.querySelector('.chosen').replaceChildren(...details(characters[chosen]));
}

function details(one) {
  const corrected = one.now !== one.text;
  const head = node('div', { className: 'first' },
    node('span', { className: 'letter', textContent: corrected ? one.now : one.title }),
    node('span', { className: 'sure' }, ...(corrected ? [`corrected, was read as ${one.text}`]
      : one.sure ? [node('b', { textContent: one.sure }), ' sure'] : ['not a character?'])),
    node('div', { className: 'pictures' }, node('figure', { className: 'seen' },
      node('img', { src: one.seen, alt: 'As the model sees it' }),
      node('figcaption', { textContent: 'As the model sees it' }))));
  const bars = node('ul', { className: 'bars' });
  bars.setAttribute('aria-label', 'Correct it to one of the five likeliest');
  for (const [name, both, share, width] of one.top) {
    const form = formed(one, both) || name;
    const button = node('button', { type: 'button', className: 'likely' },
      node('span', { className: 'name', textContent: form }),
      node('span', { className: 'bar' }, node('i', { style: `width:${width}%` })),
      node('span', { className: 'value', textContent: share }));
    button.dataset.form = form;
    button.setAttribute('aria-label', `${form}, ${share}`);
    button.setAttribute('aria-pressed', String(form === one.now));
    bars.append(node('li', {}, button));
  }
  const ways = node('div', { className: 'ways' });
  const other = one.now === one.now.toUpperCase() ? one.now.toLowerCase() : one.now.toUpperCase();
  for (const [form, words] of [[other, `Change to ${other}`], [one.text, `Take back: ${one.text}`]])
    if (form !== one.now && (form !== one.text || corrected)) {
      const button = node('button', { type: 'button', className: form === one.text ? 'back' : 'case', textContent: words });
      button.dataset.form = form;
      if (![...ways.children].some((child) => child.dataset.form === form)) ways.append(button);
    }
  const parts = [head];
  if (one.why && !corrected) parts.push(node('p', { className: 'remark', textContent: one.why }));
  return [...parts, bars, ...(ways.children.length ? [ways] : [])];
}

function formed(one, both) {           // of a class that stands for two cases: what stands there, else the case of it
  if ([...both].includes(one.now)) return one.now;
  return one.now === one.now.toLowerCase() && one.now !== one.now.toUpperCase() ? both.at(-1) : both[0];
}

element.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (!button) return;
  if (button.matches('.glyph') && characters[+button.dataset.number]) choose(+button.dataset.number);
  else if (button.matches('.copy')) copy(button);
  else if (button.dataset.form) {
    correct(button.dataset.form);
    (element.querySelector(`.likely[data-form="${CSS.escape(button.dataset.form)}"]`) || glyph(chosen)).focus();
  }
});
element.addEventListener('keydown', (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const now = event.target.closest('.glyph');
  if (event.key === 'Escape' && chosen >= 0) glyph(chosen).focus();
  if (!step || !now) return;
  const next = glyph(+now.dataset.number + step);
  if (next) next.focus();
  event.preventDefault();
});

async function copy(button) {
  const words = text();
  try {
    await navigator.clipboard.writeText(words);
  } catch {                            // a frame that may not: as of old
    const area = node('textarea', { value: words, style: 'position:fixed;opacity:0' });
    element.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
    button.focus();
  }
  button.textContent = 'Copied';
  setTimeout(() => { button.textContent = 'Copy'; }, 1500);
}
shown();
