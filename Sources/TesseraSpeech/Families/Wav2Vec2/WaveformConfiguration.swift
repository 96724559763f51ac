internal import TesseraFiles
internal import TesseraLayers
package import TesseraTensor
package import TesseraTransformer

/// What a Transformer that reads waveforms is made of; its families differ in nothing else.
package struct WaveformConfiguration: Sendable {
    /// A convolution along the samples, or along the frames that one before it made of them.
    package struct Convolution: Sendable {
        /// Features of a frame behind it.
        package var channels: Int
        /// In frames of its input.
        package var size, stride: Int
    }

    /// Where the feature encoder normalises.
    package enum FeatureNormalization: Sendable {
        /// Each channel over the whole sound, in the first convolution alone.
        case firstByChannel
        /// Each frame over its channels, in every convolution.
        case everyFrame
    }

    /// In their order: they bring samples to frames.
    package var convolutions: [Convolution]
    /// Whether they have biases.
    package var convolutionBias: Bool
    /// Where they normalise.
    package var featureNormalization: FeatureNormalization
    /// What follows each of them, and the positional convolution.
    package var convolutionActivation: Activation
    /// Whether frames are normalised before they are brought to the encoder's size.
    package var normalizesProjected: Bool
    /// Frames that the positional convolution sees.
    package var positionSize: Int
    /// Groups of features, each of which it maps to itself.
    package var positionGroupCount: Int
    /// The encoder's blocks.
    package var block: BlockConfiguration
    /// How many blocks the encoder has.
    package var layerCount: Int
    /// Numbers of a frame behind the head: what it may be labelled with, or what a classifier takes the mean of.
    package var headSize: Int

    /// Samples from one frame to the next.
    package var stride: Int { convolutions.reduce(1) { $0 * $1.stride } }

    /// Samples that a frame is made of.
    package var receptiveField: Int { sampleCount(frames: 1) }

    /// Samples that so many frames are made of.
    package func sampleCount(frames: Int) -> Int {
        convolutions.reversed().reduce(frames) { ($0 - 1) * $1.stride + $1.size }
    }

    /// Frames that so many samples become.
    package func frameCount(samples: Int) -> Int {
        convolutions.reduce(samples) { $0 < $1.size ? 0 : ($0 - $1.size) / $1.stride + 1 }
    }
}
