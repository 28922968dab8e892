"""What the paper is: the colour that parts it from the ink, the sheet that is written on, its rules and boxes."""
