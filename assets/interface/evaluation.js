// Buttons inside a gr.HTML: each says with data-event which Python listener it speaks to; its other data goes along.
const listeners = ['pick', 'clear', 'turn', 'open'];  // Gradio looks for their quoted names in this script

element.addEventListener('click', event => {
  const button = event.target.closest('[data-event]');
  if (!button || button.disabled) return;
  const { event: name, ...data } = button.dataset;
  if (name === 'pick') document.dispatchEvent(new Event('evaluation-pick'));
  if (listeners.includes(name)) trigger(name, data);
});

// On a narrow page the images lie below what was pointed at: bring them into sight when they arrive.
if (element.closest('#evaluation-gallery')) {
  let wanted = false;
  document.addEventListener('evaluation-pick', () => { wanted = true; });
  watch('value', () => {
    if (wanted && window.innerWidth < 900) element.scrollIntoView({ behavior: 'smooth', block: 'start' });
    wanted = false;
  });
}
