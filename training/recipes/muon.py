"""Muon for convolutions: each kernel as one matrix, its update orthogonalised, its size held.

Source: Keller Jordan, "Muon: an optimizer for hidden layers in neural networks" (2024), and his CIFAR-10 recipe, whose
kernels are brought back to one norm at each step; behind batch normalisation a kernel's size has no effect but on how
far a step turns it.
"""

import keras

_SMALLEST = 28  # values of a filter: those of the first layer, 3x3 over one channel, are no matrix worth the name


class ConvolutionMuon(keras.optimizers.Muon):  # type: ignore[misc]  # Keras has no types
    """Keras's Muon, which takes matrices alone, for the kernels (h, w, in, out) of convolutions; AdamW for the rest.

    learning_rate: of the kernels, in shares of their norm; adam_lr_ratio: the rest's, divided by it.
    """

    def _should_use_adamw(self, variable: keras.Variable) -> bool:
        return len(variable.shape) != 4 or variable.shape[0] * variable.shape[1] * variable.shape[2] < _SMALLEST

    def _muon_update_step(
        self, gradient: keras.KerasTensor, variable: keras.Variable, lr: keras.KerasTensor, m: keras.Variable
    ) -> None:
        ops = keras.ops
        self.assign(m, m * self.momentum + gradient)
        update = gradient + self.momentum * m if self.nesterov else ops.convert_to_tensor(m)
        outputs = variable.shape[-1]
        turned = self.zeropower_via_newtonschulz5(ops.reshape(update, (-1, outputs)), self.ns_steps)
        norm = ops.sqrt(ops.sum(ops.square(variable)))
        held = variable * (outputs**0.5 / (norm + 1e-7))
        self.assign(variable, held - lr * ops.reshape(turned, variable.shape))
