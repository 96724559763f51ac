"""Draws the sample pictures of this folder: ten scenes, one for each class of CIFAR-10.

    python3 -m pip install numpy Pillow && python3 draw.py

Coordinates run from 0 to 100, x to the right and y down. Every random number comes from a fixed seed.
"""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

SIZE = 640  # drawn large, then reduced to SAVED so that edges are smooth
SAVED = 320
UNIT = SIZE / 100


def noise(seed, cells=(5, 10, 20, 40, 80), stretch=1):
    """Clouds of several sizes, about -1 to 1; `stretch` > 1 draws them out sideways."""
    random = np.random.default_rng(seed)
    total = np.zeros((SIZE, SIZE))
    for cell in cells:
        grid = random.uniform(-1, 1, (cell, max(2, cell // stretch))).astype("float32")
        total += np.asarray(Image.fromarray(grid).resize((SIZE, SIZE), Image.BICUBIC)) / len(cells) ** 0.5
    return total


def spline(points, steps=12):
    """A closed curve through the points (Catmull-Rom)."""
    p = np.asarray(points, float)
    a, b, c, d = np.roll(p, 1, 0), p, np.roll(p, -1, 0), np.roll(p, -2, 0)
    t = np.linspace(0, 1, steps, endpoint=False)[None, :, None]
    a, b, c, d = (x[:, None] for x in (a, b, c, d))
    curve = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
    return curve.reshape(-1, 2)


def ellipse(x, y, rx, ry, angle=0):
    t = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    u, v = rx * np.cos(t), ry * np.sin(t)
    return np.stack([x + u * cos - v * sin, y + u * sin + v * cos], 1)


def limb(points, start, end):
    """A line that grows thinner: from width `start` to width `end`."""
    p = np.asarray(points, float)
    along = np.gradient(p, axis=0)
    across = np.stack([-along[:, 1], along[:, 0]], 1) / np.linalg.norm(along, axis=1, keepdims=True)
    half = np.linspace(start, end, len(p))[:, None] / 2
    t = np.linspace(-np.pi / 2, np.pi / 2, 9)[1:-1, None]
    joint = p[0] - (along[0] / np.linalg.norm(along[0]) * np.cos(t) - across[0] * np.sin(t)) * start / 2
    return np.concatenate([joint, p + across * half, (p - across * half)[::-1]])


class Scene:
    """A picture in the making: colours 0 to 255, painted from back to front."""

    def __init__(self, seed, top, bottom, grain=12, stretch=1):
        ramp = np.linspace(0, 1, SIZE)[:, None, None]
        self.pixels = np.array(top) * (1 - ramp) + np.array(bottom) * ramp + np.zeros((SIZE, SIZE, 3))
        self.pixels += grain * noise(seed, stretch=stretch)[:, :, None]
        self.seed = seed

    def mask(self, outline, blur=0.15):
        image = Image.new("L", (SIZE, SIZE))
        ImageDraw.Draw(image).polygon([tuple(q) for q in np.asarray(outline) * UNIT], fill=255)
        return np.asarray(image.filter(ImageFilter.GaussianBlur(blur * UNIT)), float)[:, :, None] / 255

    def paint(self, outline, colour, volume=0.45, grain=0.1, blur=0.15, depth=3.5, cells=(20, 40, 80), opacity=1.0):
        """Fills the outline; `volume` lightens its upper left and darkens its lower right, as the sun would."""
        self.seed += 1
        mask = self.mask(outline, blur)
        soft = self.mask(outline, depth)[:, :, 0]
        step = int(2 * UNIT)
        wide = np.pad(soft, step, mode="edge")
        slope = wide[2 * step :, 2 * step :] - wide[: -2 * step, : -2 * step]
        light = 1 + volume * slope + grain * noise(self.seed, cells)
        shade = np.clip(np.array(colour)[None, None, :] * light[:, :, None], 0, 255)
        self.pixels = self.pixels * (1 - opacity * mask) + shade * opacity * mask

    def shadow(self, outline, strength=0.5, blur=2.0):
        self.pixels *= 1 - strength * self.mask(outline, blur)

    def ground(self, height, top, bottom, grain=16, stretch=1, cells=(10, 20, 40, 80, 160)):
        """Everything below `height`: grass, water, a road."""
        ramp = np.clip((np.arange(SIZE) / UNIT - height) / (100 - height), 0, 1)[:, None, None]
        colours = np.array(top) * (1 - ramp) + np.array(bottom) * ramp
        self.seed += 1
        colours = colours + grain * noise(self.seed, cells, stretch)[:, :, None]
        mask = self.mask([(-5, height), (105, height), (105, 110), (-5, 110)], 0.4)
        self.pixels = self.pixels * (1 - mask) + colours * mask

    def save(self, name):
        image = Image.fromarray(np.clip(self.pixels, 0, 255).astype("uint8")).resize((SAVED, SAVED), Image.LANCZOS)
        image.save(Path(__file__).with_name(name), quality=92, optimize=True)


def airplane():
    s = Scene(1, (96, 150, 214), (190, 214, 238), grain=9, stretch=3)
    s.paint([(44, 46), (58, 45), (70, 22), (64, 21)], (150, 156, 166))  # far wing
    s.paint([(8, 40), (17, 41), (13, 24), (7, 25)], (52, 84, 150))  # fin
    s.paint(spline([(5, 43), (20, 40), (50, 41), (80, 43), (93, 49), (88, 54), (60, 56), (30, 53), (8, 47)]),
            (238, 240, 244), volume=0.6)
    s.paint(limb([(10, 45.5), (50, 47.5), (88, 49)], 1.6, 1.6), (44, 76, 142), volume=0)
    s.paint([(84, 45), (89, 46), (89, 48), (84, 47)], (40, 48, 64), volume=0)
    s.paint([(40, 52), (57, 53), (36, 80), (27, 80)], (196, 202, 210), volume=0.5)  # near wing
    s.paint([(6, 46), (16, 47), (6, 58), (1, 58)], (186, 192, 202))
    s.paint(ellipse(45, 62, 6, 2.8), (120, 128, 142))
    s.paint(ellipse(62, 37, 5, 2), (120, 128, 142))
    s.save("airplane.png")


def wheel(s, x, y, r):
    s.paint(ellipse(x, y, r, r), (24, 24, 26), volume=0.3)
    s.paint(ellipse(x, y, r * 0.58, r * 0.58), (176, 178, 182), volume=0.6)
    s.paint(ellipse(x, y, r * 0.22, r * 0.22), (70, 72, 76))


def automobile():
    s = Scene(20, (158, 190, 214), (206, 214, 214), grain=8)
    s.paint(spline([(-5, 34), (15, 24), (35, 31), (60, 22), (85, 30), (105, 24), (105, 60), (-5, 60)]),
            (70, 98, 66), grain=0.25)
    s.ground(52, (136, 134, 130), (104, 102, 100), grain=7)
    s.shadow(ellipse(50, 79, 47, 6), 0.75)
    body = spline([(3, 65), (6, 57), (20, 53), (31, 42), (45, 38), (61, 39), (74, 51), (91, 56), (97, 63), (96, 73),
                   (85, 77), (50, 78), (12, 77), (3, 73)])
    s.paint(body, (196, 26, 30), volume=0.65, grain=0.03)
    s.paint([(26, 53), (34, 44), (46, 42), (46, 53)], (58, 74, 88), volume=0.5)
    s.paint([(49, 53), (49, 42), (60, 43), (69, 53)], (64, 82, 98), volume=0.5)
    s.paint(limb([(8, 65), (50, 64), (94, 65)], 1, 1), (120, 12, 18), volume=0)
    s.paint(ellipse(93, 61, 3, 2.2), (250, 242, 206))
    s.paint(ellipse(6, 61, 2, 2.4), (120, 10, 12))
    s.paint([(84, 71), (97, 70), (97, 74), (84, 75)], (60, 60, 64))
    wheel(s, 24, 75, 9.5)
    wheel(s, 77, 75, 9.5)
    s.save("automobile.png")


def bird():
    s = Scene(40, (150, 180, 214), (190, 206, 220), grain=6)
    s.paint(limb([(-5, 88), (40, 82), (105, 86)], 6, 4), (92, 70, 50), grain=0.3)
    s.paint([(26, 58), (36, 68), (8, 92), (2, 86)], (70, 58, 50), grain=0.15)  # tail
    s.paint(limb([(50, 72), (50, 83)], 1.8, 1.4), (90, 66, 46))
    s.paint(limb([(57, 71), (58, 84)], 1.8, 1.4), (90, 66, 46))
    s.paint(spline([(24, 62), (32, 44), (46, 32), (56, 20), (68, 15), (79, 20), (80, 32), (76, 54), (62, 72), (42, 74)]),
            (120, 100, 82), grain=0.14, volume=0.5)
    s.paint(spline([(74, 34), (76, 50), (62, 70), (48, 71), (58, 52)]), (214, 168, 116), blur=1.6, grain=0.1)
    s.paint(spline([(26, 60), (36, 42), (54, 38), (56, 52), (42, 66)]), (78, 62, 50), grain=0.25)
    s.paint([(79, 21), (94, 27), (80, 30)], (60, 52, 44))
    s.paint(ellipse(72, 23, 2.4, 2.4), (14, 12, 12))
    s.paint(ellipse(71.3, 22.2, 0.7, 0.7), (240, 240, 240), volume=0)
    s.save("bird.png")


def cat():
    s = Scene(60, (120, 84, 66), (84, 58, 48), grain=10)
    fur, dark = (150, 138, 126), (78, 68, 60)
    s.paint(spline([(14, 104), (20, 74), (34, 62), (66, 62), (80, 74), (86, 104)]), fur, grain=0.18)
    for x in (26, 40, 60, 74):
        s.paint(limb([(x, 72), (x + (x - 50) / 8, 100)], 3, 2), dark, blur=0.8, volume=0)
    for side in (-1, 1):
        x = lambda d: 50 + side * d
        s.paint([(x(10), 24), (x(28), 6), (x(31), 38)], fur, grain=0.15)
        s.paint([(x(17), 24), (x(26), 13), (x(27), 32)], (196, 150, 140), blur=0.5)
    s.paint(spline([(50, 20), (68, 23), (81, 40), (80, 56), (68, 68), (50, 72), (32, 68), (20, 56), (19, 40), (32, 23)]),
            fur, grain=0.18)
    for x, lean in ((50, 0), (43, -1), (57, 1), (36, -2), (64, 2)):
        s.paint(limb([(x, 22), (x - lean, 34)], 3, 1.2), dark, blur=0.5, volume=0)
    for side in (-1, 1):
        for y in (48, 54, 60):
            s.paint(limb([(50 + side * 30, y), (50 + side * 20, y + 1)], 2.4, 0.8), dark, blur=0.5, volume=0)
    s.paint(ellipse(43, 60, 9, 7), (226, 212, 194), blur=1.2, grain=0.06)
    s.paint(ellipse(57, 60, 9, 7), (226, 212, 194), blur=1.2, grain=0.06)
    for x in (36, 64):
        s.paint(ellipse(x, 45, 6.4, 5.4), (40, 34, 28), volume=0)
        s.paint(ellipse(x, 45, 5.4, 4.6), (176, 190, 84), volume=0.3)
        s.paint(ellipse(x, 45, 2, 4.4), (12, 12, 10), volume=0)
        s.paint(ellipse(x - 1.4, 43.4, 0.9, 0.9), (250, 250, 250), volume=0)
    s.paint(spline([(46, 54), (54, 54), (50, 59)]), (190, 110, 104))
    s.paint(limb([(50, 58), (50, 62), (44, 66)], 1, 0.6), (80, 56, 50), volume=0)
    s.paint(limb([(50, 58), (50, 62), (56, 66)], 1, 0.6), (80, 56, 50), volume=0)
    s.save("cat.png")


def deer():
    s = Scene(80, (84, 108, 72), (70, 92, 60), grain=24)
    s.ground(62, (126, 140, 78), (104, 116, 60), grain=22, cells=(20, 40, 80, 160))
    coat, dark = (166, 118, 74), (122, 82, 50)
    s.shadow(ellipse(46, 93, 34, 4), 0.4)
    for top, knee, foot in (((30, 66), (28, 79), (31, 93)), ((62, 66), (64, 80), (61, 93))):
        s.paint(limb([top, knee, foot], 6, 2.4), dark)
    s.paint(spline([(18, 54), (24, 46), (40, 45), (56, 46), (64, 40), (70, 26), (78, 26), (78, 36), (72, 54), (66, 66),
                    (50, 68), (34, 68), (22, 70), (17, 62)]), coat, grain=0.1)
    for top, knee, foot in (((24, 64), (20, 79), (24, 94)), ((68, 62), (70, 80), (69, 95))):
        s.paint(limb([top, knee, foot], 7, 2.6), coat)
    s.paint(spline([(68, 28), (70, 20), (78, 17), (86, 23), (92, 28), (90, 32), (80, 34), (72, 34)]), coat, grain=0.08)
    s.paint(limb([(71, 21), (62, 17)], 4, 1.5), coat)
    s.paint(ellipse(91, 29, 2, 2), (40, 30, 26))
    s.paint(ellipse(79, 23, 1.2, 1.2), (16, 12, 10), volume=0)
    s.paint(ellipse(18, 54, 3, 5), (236, 226, 208), blur=0.5)
    s.paint(spline([(30, 66), (46, 68), (60, 66), (50, 63)]), (220, 194, 160), blur=1.2)
    horn = (104, 82, 58)
    for shift in (0, 5):
        s.paint(limb([(74 + shift, 18), (70 + shift, 9), (75 + shift, 1)], 2.2, 1.2), horn)
        s.paint(limb([(71 + shift, 10), (79 + shift, 6)], 1.7, 1), horn)
        s.paint(limb([(72 + shift, 13), (64 + shift, 6)], 1.7, 1), horn)
    s.save("deer.png")


def dog():
    s = Scene(100, (84, 112, 70), (62, 88, 48), grain=18)
    coat, ear = (232, 222, 206), (190, 160, 120)
    s.paint(spline([(18, 106), (22, 76), (36, 62), (66, 62), (80, 78), (84, 106)]), coat, grain=0.14)
    s.paint(spline([(38, 68), (62, 68), (60, 90), (50, 98), (40, 90)]), (232, 204, 158), blur=1.6, grain=0.1)
    s.paint(spline([(50, 10), (66, 13), (75, 28), (73, 46), (64, 62), (50, 72), (36, 62), (27, 46), (25, 28), (34, 13)]),
            coat, grain=0.1)
    s.paint(spline([(50, 34), (60, 44), (64, 56), (58, 68), (50, 71), (42, 68), (36, 56), (40, 44)]), (234, 206, 160),
            grain=0.06, blur=0.8)
    for side in (-1, 1):
        s.paint(spline([(50 + side * d, y) for d, y in ((20, 13), (28, 17), (35, 34), (35, 54), (28, 58), (23, 42))]), ear,
                grain=0.12)
        s.paint(ellipse(50 + side * 12, 34, 3.8, 3.8), (34, 22, 14), volume=0.2)
        s.paint(ellipse(49 + side * 12, 32.6, 1.1, 1.1), (250, 250, 250), volume=0)
    s.paint(spline([(42, 50), (50, 48), (58, 50), (56, 57), (50, 60), (44, 57)]), (24, 20, 20), volume=0.8)
    s.paint(limb([(50, 59), (50, 64), (42, 67)], 1.2, 0.8), (60, 40, 30), volume=0)
    s.paint(limb([(50, 59), (50, 64), (58, 67)], 1.2, 0.8), (60, 40, 30), volume=0)
    s.paint(spline([(45, 66), (55, 66), (54, 76), (50, 78), (46, 76)]), (216, 110, 112))
    s.save("dog.jpg")


def frog():
    s = Scene(120, (92, 84, 58), (70, 66, 44), grain=26)
    s.ground(60, (88, 104, 50), (64, 78, 40), grain=24)
    skin, dark = (116, 158, 52), (66, 98, 34)
    s.shadow(ellipse(50, 84, 44, 8), 0.6)
    s.paint(spline([(14, 84), (8, 66), (20, 52), (38, 58), (42, 76), (30, 86)]), dark, grain=0.15)
    s.paint(spline([(12, 80), (20, 56), (38, 36), (58, 26), (78, 28), (92, 42), (90, 54), (76, 66), (60, 80), (34, 86)]),
            skin, grain=0.16)
    s.paint(spline([(90, 50), (76, 56), (60, 60), (54, 78), (66, 76), (80, 66), (90, 56)]), (214, 214, 150), blur=1.0)
    s.paint(limb([(91, 47), (76, 53), (62, 54)], 1, 0.8), (50, 66, 26), volume=0)
    s.paint(spline([(12, 88), (14, 70), (26, 58), (40, 64), (42, 78), (36, 90)]), skin, grain=0.16)
    s.paint(limb([(18, 88), (30, 90), (46, 91)], 6, 3), skin)
    s.paint(limb([(62, 70), (66, 82), (62, 92), (74, 93)], 8, 3), skin)
    for x, y, r in ((34, 46, 4), (46, 42, 5), (42, 56, 4), (26, 66, 4), (30, 76, 3), (56, 46, 4), (24, 80, 3), (54, 60, 3)):
        s.paint(ellipse(x, y, r, r * 0.75, -30), dark, blur=0.6, volume=0.1)
    s.paint(ellipse(72, 27, 8, 8), skin)
    s.paint(ellipse(73, 27, 5.6, 5.6), (222, 182, 60), volume=0.2)
    s.paint(ellipse(73.5, 27, 3.6, 2.8), (14, 14, 10), volume=0)
    s.paint(ellipse(71.8, 25.4, 1, 1), (250, 250, 250), volume=0)
    s.save("frog.png")


def horse():
    s = Scene(140, (150, 186, 220), (196, 212, 222), grain=9)
    s.paint(spline([(-5, 36), (20, 28), (45, 36), (70, 27), (105, 34), (105, 60), (-5, 60)]), (72, 98, 62), grain=0.25)
    s.ground(54, (124, 154, 74), (92, 126, 52), grain=18)
    coat, dark = (134, 76, 40), (48, 30, 22)
    s.shadow(ellipse(48, 92, 36, 4), 0.45)
    s.paint(spline([(20, 46), (12, 50), (7, 66), (9, 80), (15, 70), (20, 58)]), dark, grain=0.2)
    for top, knee, foot in (((32, 62), (30, 77), (34, 92)), ((60, 62), (64, 77), (61, 92))):
        s.paint(limb([top, knee, foot], 8, 3.2), (94, 52, 28))
    s.paint(spline([(16, 50), (24, 42), (40, 43), (54, 42), (64, 32), (72, 18), (79, 16), (83, 24), (78, 38), (72, 54),
                    (66, 66), (50, 68), (34, 66), (22, 68), (16, 60)]), coat, grain=0.06, volume=0.6)
    for top, knee, foot in (((23, 60), (20, 77), (24, 93)), ((67, 60), (70, 78), (69, 94))):
        s.paint(limb([top, knee, foot], 10, 3.6), coat)
        s.paint(ellipse(foot[0], foot[1] - 0.6, 2.6, 1.8), dark)
    s.paint(spline([(72, 20), (78, 14), (84, 18), (94, 32), (92, 38), (87, 38), (76, 30)]), coat, grain=0.05)
    s.paint([(75, 17), (76, 8), (80, 15)], coat)
    s.paint(spline([(76, 12), (70, 16), (60, 32), (54, 43), (62, 42), (68, 32), (74, 21)]), dark, grain=0.25)
    s.paint(ellipse(81, 22, 1.3, 1.3), (12, 8, 8), volume=0)
    s.paint(limb([(84, 20), (91, 32)], 1.6, 2), (232, 226, 218), volume=0)
    s.save("horse.png")


def ship():
    s = Scene(160, (122, 168, 214), (206, 220, 230), grain=9, stretch=3)
    s.ground(58, (66, 104, 138), (34, 68, 104), grain=13, stretch=5)
    s.paint([(20, 58), (20, 47), (36, 47), (36, 58)], (232, 232, 228), grain=0.03)
    s.paint([(22, 48), (22, 38), (33, 38), (33, 48)], (240, 240, 236), grain=0.03)
    s.paint([(25, 39), (26, 26), (31, 26), (31, 39)], (196, 58, 44))
    s.paint([(23, 43), (32, 43), (32, 41), (23, 41)], (48, 62, 80), volume=0)
    for index, colour in enumerate([(176, 74, 50), (60, 104, 150), (204, 168, 74), (90, 132, 96), (170, 170, 172)]):
        x = 39 + index * 9.4
        s.paint([(x, 59), (x, 48 + index % 2 * 4), (x + 9, 48 + index % 2 * 4), (x + 9, 59)], colour, grain=0.05)
    s.paint([(4, 57), (92, 57), (98, 53), (91, 72), (10, 72)], (36, 46, 66), volume=0.5, grain=0.05)
    s.paint([(8.5, 68), (92.4, 68), (91, 73), (10, 73)], (150, 44, 40), grain=0.05)
    s.paint(limb([(88, 56), (88, 40)], 1.2, 0.8), (80, 84, 90))
    s.paint(spline([(4, 72), (30, 71), (60, 73), (94, 71), (99, 74), (60, 76), (20, 76)]), (206, 222, 232), blur=1, opacity=0.8)
    s.shadow([(8, 76), (93, 76), (86, 86), (16, 86)], 0.35)
    s.save("ship.png")


def truck():
    s = Scene(180, (150, 188, 222), (208, 218, 224), grain=8)
    s.paint(spline([(-5, 42), (20, 36), (50, 42), (80, 36), (105, 42), (105, 66), (-5, 66)]), (92, 116, 78), grain=0.2)
    s.ground(60, (120, 118, 116), (90, 88, 88), grain=7)
    s.shadow(ellipse(50, 83, 50, 5), 0.7)
    s.paint([(3, 18), (64, 18), (64, 70), (3, 70)], (228, 230, 232), volume=0.5, grain=0.02)
    for x in range(9, 64, 6):
        s.paint(limb([(x, 19), (x, 69)], 0.5, 0.5), (186, 190, 196), volume=0)
    s.paint([(3, 70), (96, 70), (96, 77), (3, 77)], (52, 54, 58))
    s.paint(spline([(66, 32), (82, 31), (90, 46), (97, 52), (98, 70), (96, 76), (66, 76)]), (34, 84, 166), volume=0.6, grain=0.03)
    s.paint([(71, 37), (81, 36), (87, 49), (71, 50)], (50, 64, 78), volume=0.6)
    s.paint(ellipse(96, 65, 2, 3), (250, 240, 200))
    s.paint([(89, 72), (99, 72), (99, 78), (89, 78)], (170, 172, 176))
    for x in (14, 28, 82):
        wheel(s, x, 78, 8)
    s.save("truck.png")


if __name__ == "__main__":
    for scene in (airplane, automobile, bird, cat, deer, dog, frog, horse, ship, truck):
        scene()
