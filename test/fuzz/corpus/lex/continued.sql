E'a'
-- x
'b\'c' $x$ $x