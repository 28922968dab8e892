// The drawing pad: strokes are kept as points, shown in the page's colours and sent as a black-on-white picture. A picture
// that is given to the page opens in its place. Boxes of what was read lie over either.
const HIGH = 280;                      // the pad's height, and the unit of all points; its width is what its shape makes it
const MOST = 1024;                     // pixels of a side that the door takes
const LOST = 'The server does not answer. Your drawing is kept, and sent again until it does.';
const PAUSE = 90;                      // milliseconds between two pictures while the pen moves
const screen = element.querySelector('canvas');
const paper = element.querySelector('.paper');
const brush = element.querySelector('.brush');
const picture = element.querySelector('.picture');
const overlay = element.querySelector('.boxes');
const sheet = document.createElement('canvas');
sheet.getContext('2d', { alpha: false });  // three channels instead of four: a third less for the server to decode
let strokes = [];
let room = { width: HIGH, height: HIGH };
let current = null;
let sentAt = 0;
let timer = null;
let making = 0;                        // pictures of the drawing
let asking = false;                    // one drawing is under way at most; of those drawn meanwhile the newest follows
let newest = null;
let found = { boxes: [], chosen: -1 };
let view = null;                       // what the answer brought along to be seen, see answer.html
let had = '';                          // the picture that was given, when it was last looked at
const door = new URL('pad/read', `${window.gradio_config?.root || location.origin}/`);
const page = crypto.getRandomValues(new Uint32Array(2)).join('-');  // so that the server tells one page's drawings from another's

function size() {                      // what the pad shows of the drawing's plane: all that was in view when it was begun
  const shape = screen.clientWidth / screen.clientHeight || 1;
  if (!strokes.length) room = { width: HIGH * shape, height: HIGH };
  const height = Math.min(Math.max(room.height, room.width / shape), MOST, MOST / shape);
  return { width: Math.round(height * shape), height: Math.round(height) };
}

function paint(canvas, unit, ground, pen) {
  const context = canvas.getContext('2d');
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.fillStyle = ground;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.setTransform(unit, 0, 0, unit, 0, 0);
  context.strokeStyle = pen;
  context.lineCap = context.lineJoin = 'round';
  for (const stroke of strokes) {
    context.lineWidth = stroke.width;
    context.beginPath();
    const [first, ...rest] = stroke.points;
    context.moveTo(...first);
    if (!rest.length) context.lineTo(first[0] + 0.01, first[1]);
    // through the middles of the segments: a quick hand leaves few points, and corners are not what it drew
    rest.forEach((point, i) => {
      const next = rest[i + 1];
      if (next) context.quadraticCurveTo(...point, (point[0] + next[0]) / 2, (point[1] + next[1]) / 2);
      else context.lineTo(...point);
    });
    context.stroke();
  }
}

function show() {
  const style = getComputedStyle(paper);
  const fine = window.devicePixelRatio || 1;
  const { width, height } = size();
  const wide = Math.round(screen.clientWidth * fine) || width;
  const high = Math.round(screen.clientHeight * fine) || height;
  if (screen.width !== wide || screen.height !== high) Object.assign(screen, { width: wide, height: high });
  paint(screen, high / height, style.getPropertyValue('--paper'), style.getPropertyValue('--pen'));
  paper.classList.toggle('empty', !strokes.length && !pictured());
  frame();
}

function frame() {                     // the boxes, in the pixels of what is in view
  const seen = pictured() ? view || { width: picture.naturalWidth, height: picture.naturalHeight } : size();
  overlay.replaceChildren();
  if (!+seen.width || (!pictured() && !strokes.length)) return;
  overlay.setAttribute('viewBox', `0 0 ${seen.width} ${seen.height}`);
  found.boxes.forEach(([x, y, width, height], number) => {
    const box = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
    for (const [name, value] of Object.entries({ x, y, width, height })) box.setAttribute(name, value);
    if (number === found.chosen) box.classList.add('chosen');
    overlay.append(box);
  });
}

document.addEventListener('hcr-boxes', (event) => { found = event.detail; frame(); });
overlay.addEventListener('click', (event) => {  // a picture's alone: on the pad they would be in the pen's way
  document.dispatchEvent(new CustomEvent('hcr-choose', { detail: [...overlay.children].indexOf(event.target) }));
});

function send() {
  clearTimeout(timer);
  timer = null;
  sentAt = performance.now();
  Object.assign(sheet, size());
  paint(sheet, 1, '#fff', '#000');
  making += 1;
  busy();
  if (strokes.length) sheet.toBlob(bring, 'image/png');
  else bring(new Blob());
}

function address() {                   // the door, told how to read
  const told = new URL(door);
  told.search = query;
  return told;
}

function busy() {                      // whether the answer in view may not be the drawing's yet
  paper.setAttribute('aria-busy', String(Boolean(timer || making || asking)));
}

async function bring(drawing) {
  making -= 1;
  newest = drawing;
  if (asking) return;
  asking = true;
  for (let again = 0; newest;) {
    const sent = newest;
    newest = null;
    try {
      const answer = await fetch(address(), { method: 'POST', body: sent, headers: { 'X-Pad': page } });
      if (answer.status === 503) throw new Error('busy');
      const text = await answer.text();
      if (!newest) tell(answer.ok ? text : refusal(text));
      again = 0;
    } catch (error) {                  // a full server, or none: soon again, then less often
      newest = newest || sent;
      again += 1;
      if (again === 8) tell(refusal(LOST));
      await new Promise((done) => setTimeout(done, Math.min(2000, 100 * again) * (0.5 + Math.random())));
    }
  }
  asking = false;
  busy();
}

function tell(html) {                  // unless a picture has come in between: an answer belongs to what is in view
  if (!pictured()) document.dispatchEvent(new CustomEvent('hcr-answer', { detail: html }));
}

function refusal(sentence) {
  const shown = Object.assign(document.createElement('p'), { textContent: sentence });
  return `<div class="answer empty error" role="alert">${shown.outerHTML}</div>`;
}

function sendSoon() {
  if (!timer) timer = setTimeout(send, Math.max(0, PAUSE - (performance.now() - sentAt)));
  busy();
}

function at(event) {
  const box = screen.getBoundingClientRect();
  const unit = size().height / box.height;
  return [(event.clientX - box.left) * unit, (event.clientY - box.top) * unit];
}

function undo() { strokes.pop(); show(); send(); }
function clear() { strokes = []; show(); send(); }

screen.addEventListener('pointerdown', (event) => {
  if (event.button > 0 || current) return;
  event.preventDefault();
  screen.focus({ preventScroll: true });
  screen.setPointerCapture(event.pointerId);
  current = { width: +brush.value, points: [at(event)], pointer: event.pointerId };
  strokes.push(current);
  show();
});
screen.addEventListener('pointermove', (event) => {
  if (!current || event.pointerId !== current.pointer) return;
  const moves = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
  for (const move of moves.length ? moves : [event]) current.points.push(at(move));
  show();
  sendSoon();
});
for (const name of ['pointerup', 'pointercancel'])
  screen.addEventListener(name, (event) => {
    if (!current || event.pointerId !== current.pointer) return;
    current = null;
    send();
  });
screen.addEventListener('keydown', (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'z') undo();
  else if (event.key === 'Delete' || event.key === 'Backspace') clear();
  else if (event.key === '[') brush.value = +brush.value - 2;
  else if (event.key === ']') brush.value = +brush.value + 2;
  else return;
  event.preventDefault();
});
element.querySelector('.undo').addEventListener('click', undo);
element.querySelector('.clear').addEventListener('click', clear);

// A picture: what Gradio's box on this page holds, shown here instead of there; or what the answer brought along, in place
// of a picture that browsers do not show, or one of the data's images, which no box holds.
const given = () => document.querySelector('#picture img');
const pictured = () => paper.classList.contains('pictured');

function look() {
  const own = given()?.getAttribute('src') || '';
  if (own !== had && (own || view?.kind === 'preview')) view = null;
  had = own;
  if (!own && view?.kind === 'preview') view = null;
  const source = view ? view.source : own;
  if (source === (picture.getAttribute('src') || '')) return;
  const was = pictured();
  paper.classList.toggle('pictured', Boolean(source));
  element.classList.toggle('pictured', Boolean(source));
  element.classList.toggle('glyph', view?.kind === 'glyph');
  picture.hidden = !source;
  found = { boxes: [], chosen: -1 };
  if (source) picture.src = source;
  else picture.removeAttribute('src');
  show();
  if (was && !source) send();
  if (source)                          // it may have been chosen far down, or in another tab, which is left just now
    requestAnimationFrame(() => requestAnimationFrame(() => element.scrollIntoView({ block: 'nearest' })));
}

function putAway() {
  const button = document.querySelector('#picture button[aria-label="Clear"], #picture button[aria-label="Remove Image"]');
  if (button) button.click();
  view = null;
  look();
  screen.focus({ preventScroll: true });
}

document.addEventListener('hcr-view', (event) => {
  view = event.detail;
  look();
});
element.addEventListener('asked', () => { if (!pictured()) send(); });
document.addEventListener('hcr-answered', () => { if (!pictured()) send(); });
picture.addEventListener('load', frame);
picture.addEventListener('error', () => paper.classList.add('unshown'));
picture.addEventListener('load', () => paper.classList.remove('unshown'));
element.querySelector('.again').addEventListener('click', putAway);
paper.addEventListener('dragover', (event) => event.preventDefault());
paper.addEventListener('drop', (event) => {
  event.preventDefault();
  const { files } = event.dataTransfer;
  if (!files.length) return;
  if (pictured()) putAway();
  requestAnimationFrame(() => requestAnimationFrame(() => {
    const input = document.querySelector('#picture input[type=file]');
    if (!input) return;
    const one = new DataTransfer();
    one.items.add(files[0]);
    input.files = one.files;
    input.dispatchEvent(new Event('change', { bubbles: true }));
  }));
});
new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ['src'] });
new ResizeObserver(show).observe(screen);
new MutationObserver(show).observe(document.body, { attributes: true, attributeFilter: ['class'] });
show();
