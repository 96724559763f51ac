package import TesseraLayers
internal import TesseraTensor

/// A model of two towers that is trained as one: CLIP, SigLIP.
package struct TwoTowerNetwork: Layer {
    /// What describes pictures.
    package var pictureTower: VisionTransformer
    /// What describes texts in the same space, and says what their products with pictures are multiplied with.
    package var textTower: TextTowerNetwork

    package init(pictureTower: VisionTransformer, textTower: TextTowerNetwork) {
        (self.pictureTower, self.textTower) = (pictureTower, textTower)
    }

    package mutating func visitParameters<Visitor: ParameterVisitor>(
        _ visitor: inout Visitor
    ) throws(Visitor.Failure) {
        try visitor.visit("pictureTower", &pictureTower)
        try visitor.visit("textTower", &textTower)
    }
}
