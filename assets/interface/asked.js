// What may be written, and whether words decide: a query, which is this component's value for Gradio, and goes to the door.
const asked = element.querySelector('.asked');
const these = asked.querySelector('.these');
const decides = asked.querySelector('.decides');
let query = '';

function ask() {
  const chosen = asked.querySelector('[type=radio]:checked').value;
  const typed = [...new Set(these.value.replace(/[^0-9A-Za-z]/g, ''))].join('');
  if (these.value !== typed) these.value = typed;
  these.hidden = chosen !== 'these';
  const only = these.hidden ? chosen : typed;
  const said = { '': 'All characters', letters: 'Letters only', digits: 'Digits only' }[only] || `Only ${only}`;
  asked.querySelector('.now').textContent = decides.checked ? said : `${said}, by shape`;
  const now = new URLSearchParams({ ...(only && { only }), ...(!decides.checked && { context: '0' }) }).toString();
  if (now === query) return;
  query = now;
  asked.classList.toggle('set', Boolean(query));
  props.value = query;
  trigger('input');                    // a picture is read again by Gradio, a drawing by the pad
  element.dispatchEvent(new Event('asked'));
}

function shut(focus) {
  if (focus && asked.open) asked.querySelector('summary').focus();
  asked.open = false;
}

asked.addEventListener('input', (event) => {
  ask();
  if (event.target.value === 'these') these.focus();
});
asked.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' || (event.key === 'Enter' && event.target === these)) shut(true);
});
document.addEventListener('pointerdown', (event) => { if (!event.composedPath().includes(asked)) shut(); });
