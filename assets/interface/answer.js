// The answer to a drawing comes from the pad's own door: shown as this component's value, so that Gradio knows of it.
document.addEventListener('hcr-answer', (event) => { props.value = event.detail; });
