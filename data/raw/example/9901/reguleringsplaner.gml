<?xml version="1.0" encoding="utf-8" ?>
<ogr:FeatureCollection
     gml:id="aFeatureCollection"
     xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
     xsi:schemaLocation="http://ogr.maptools.org/ reguleringsplaner.xsd"
     xmlns:ogr="http://ogr.maptools.org/"
     xmlns:gml="http://www.opengis.net/gml/3.2">
  <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::25833"><gml:lowerCorner>106385 7203095</gml:lowerCorner><gml:upperCorner>118094 7215853</gml:upperCorner></gml:Envelope></gml:boundedBy>
                                                                                                                                                       
  <ogr:featureMember>
    <ogr:reguleringsplaner gml:id="reguleringsplaner.0">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::25833"><gml:lowerCorner>117450 7212950</gml:lowerCorner><gml:upperCorner>117600 7213450</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::25833" gml:id="reguleringsplaner.geom.0"><gml:exterior><gml:LinearRing><gml:posList>117450 7212950 117450 7213450 117600 7213450 117600 7212950 117450 7212950</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:planstatus>3</ogr:planstatus>
      <ogr:plannavn>Målefeltet vest</ogr:plannavn>
      <ogr:planid>9901-000</ogr:planid>
    </ogr:reguleringsplaner>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:reguleringsplaner gml:id="reguleringsplaner.1">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::25833"><gml:lowerCorner>109749.5 7207129.5</gml:lowerCorner><gml:upperCorner>110543.0 7207764.5</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::25833" gml:id="reguleringsplaner.geom.1"><gml:exterior><gml:LinearRing><gml:posList>110530.5 7207530.5 110537 7207474 110543 7207412 110533.0 7207343.5 110490.5 7207277.0 110416.0 7207227.5 110328 7207201 110245.0 7207188.5 110171.5 7207173.5 110096.5 7207150.0 110013.5 7207129.5 109930.0 7207129.5 109864 7207159 109824 7207209 109802.5 7207264.5 109784 7207317 109763.5 7207368.5 109749.5 7207425.5 109755.5 7207488.0 109786 7207551 109836.0 7207609.5 109898.0 7207660.5 109967.5 7207705.0 110044.5 7207740.0 110126 7207760 110206.0 7207764.5 110281.5 7207758.0 110352.0 7207744.5 110418.0 7207722.5 110473.0 7207688.5 110509.0 7207641.5 110525.0 7207586.5 110530.5 7207530.5</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:planstatus>3</ogr:planstatus>
      <ogr:plannavn>Sentrumsplanen</ogr:plannavn>
      <ogr:planid>9901-001</ogr:planid>
    </ogr:reguleringsplaner>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:reguleringsplaner gml:id="reguleringsplaner.2">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::25833"><gml:lowerCorner>108813.0 7206862.5</gml:lowerCorner><gml:upperCorner>109286 7207137</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::25833" gml:id="reguleringsplaner.geom.2"><gml:exterior><gml:LinearRing><gml:posList>108827 7206983 108813 7207031 108927.5 7207057.5 109027.5 7207087.0 109129.5 7207116.5 109244 7207137 109257.0 7207090.5 109264.5 7207053.5 109275.5 7207017.5 109286 7206969 109173.5 7206941.5 109072.5 7206909.5 108970 7206885 108855.5 7206862.5 108844 7206910 108834.5 7206946.5 108827 7206983</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:planstatus>3</ogr:planstatus>
      <ogr:plannavn>Havna (detaljregulering)</ogr:plannavn>
      <ogr:planid>9901-002</ogr:planid>
    </ogr:reguleringsplaner>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:reguleringsplaner gml:id="reguleringsplaner.3">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::25833"><gml:lowerCorner>110261.0 7206343.5</gml:lowerCorner><gml:upperCorner>110639 7206655</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::25833" gml:id="reguleringsplaner.geom.3"><gml:exterior><gml:LinearRing><gml:posList>110261.0 7206544.5 110340.5 7206579.5 110411.5 7206606.0 110482 7206633 110566.5 7206655.0 110583.5 7206599.0 110600 7206555 110618.5 7206511.0 110639 7206454 110554.5 7206431.0 110484.5 7206404.5 110414 7206380 110335.0 7206343.5 110312.5 7206399.5 110299 7206445 110261.0 7206544.5</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:planstatus>3</ogr:planstatus>
      <ogr:plannavn>Stasjonsparken (detaljregulering)</ogr:plannavn>
      <ogr:planid>9901-003</ogr:planid>
    </ogr:reguleringsplaner>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:reguleringsplaner gml:id="reguleringsplaner.4">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::25833"><gml:lowerCorner>109432.5 7207819.0</gml:lowerCorner><gml:upperCorner>109638.0 7208037.5</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::25833" gml:id="reguleringsplaner.geom.4"><gml:exterior><gml:LinearRing><gml:posList>109575 7208006 109638 7207969 109593 7207895 109575.5 7207862.0 109551 7207819 109526.0 7207832.5 109523.5 7207844.0 109497.5 7207861.0 109472.0 7207883.5 109432.5 7207901.5 109510.5 7208037.5 109575 7208006</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:planstatus>3</ogr:planstatus>
      <ogr:plannavn>Bryggetorget (detaljregulering)</ogr:plannavn>
      <ogr:planid>9901-004</ogr:planid>
    </ogr:reguleringsplaner>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:reguleringsplaner gml:id="reguleringsplaner.5">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::25833"><gml:lowerCorner>110708.5 7207550.5</gml:lowerCorner><gml:upperCorner>111092.0 7207890.5</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::25833" gml:id="reguleringsplaner.geom.5"><gml:exterior><gml:LinearRing><gml:posList>110738.0 7207678.5 110708.5 7207727.0 110784.0 7207771.5 110850.0 7207806.5 110914.5 7207844.5 110990.5 7207890.5 111014.0 7207837.5 111037 7207799 111060 7207761 111092 7207713 111015.5 7207670.0 110952.0 7207630.5 110887.5 7207592.0 110810.0 7207550.5 110783.5 7207601.0 110760.5 7207639.5 110738.0 7207678.5</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:planstatus>3</ogr:planstatus>
      <ogr:plannavn>Kontorgata (detaljregulering)</ogr:plannavn>
      <ogr:planid>9901-005</ogr:planid>
    </ogr:reguleringsplaner>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:reguleringsplaner gml:id="reguleringsplaner.6">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::25833"><gml:lowerCorner>110506.0 7207937.5</gml:lowerCorner><gml:upperCorner>110994.0 7208424.5</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::25833" gml:id="reguleringsplaner.geom.6"><gml:exterior><gml:LinearRing><gml:posList>110560.5 7208083.5 110506 7208138 110588.0 7208208.5 110656.5 7208273.5 110723.0 7208340.5 110792.0 7208424.5 110845.5 7208367.5 110891.5 7208321.5 110936.5 7208274.5 110994 7208223 110918.5 7208146.5 110857 7208074 110788.0 7208006.5 110707.5 7207937.5 110650.5 7207987.5 110602.5 7208033.5 110560.5 7208083.5</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:planstatus>3</ogr:planstatus>
      <ogr:plannavn>Elvebakken (detaljregulering)</ogr:plannavn>
      <ogr:planid>9901-006</ogr:planid>
    </ogr:reguleringsplaner>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:reguleringsplaner gml:id="reguleringsplaner.7">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::25833"><gml:lowerCorner>114573 7205679</gml:lowerCorner><gml:upperCorner>115226.0 7206219.5</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::25833" gml:id="reguleringsplaner.geom.7"><gml:exterior><gml:LinearRing><gml:posList>114605.5 7206004.5 114573.0 7206117.5 114724.5 7206143.5 114864 7206156 114999.5 7206189.0 115148.5 7206219.5 115174.0 7206105.5 115192 7206001 115204.5 7205897.0 115226 7205782 115075 7205759 114935.5 7205745.5 114798.5 7205720.0 114649.5 7205679.0 114642 7205798 114624.0 7205901.5 114605.5 7206004.5</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:planstatus>3</ogr:planstatus>
      <ogr:plannavn>Krysset næringspark (detaljregulering)</ogr:plannavn>
      <ogr:planid>9901-007</ogr:planid>
    </ogr:reguleringsplaner>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:reguleringsplaner gml:id="reguleringsplaner.8">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::25833"><gml:lowerCorner>114150.0 7204700.5</gml:lowerCorner><gml:upperCorner>114849 7205201</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::25833" gml:id="reguleringsplaner.geom.8"><gml:exterior><gml:LinearRing><gml:posList>114160.5 7205025.0 114150.0 7205142.5 114322.5 7205156.0 114483.0 7205152.5 114640.5 7205175.5 114811.5 7205201.0 114818.5 7205083.5 114836 7204980 114848.0 7204874.5 114849 7204758 114679.5 7204737.5 114521.5 7204710.0 114360.5 7204700.5 114188.5 7204701.0 114176.5 7204817.0 114175.5 7204921.5 114160.5 7205025.0</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:planstatus>3</ogr:planstatus>
      <ogr:plannavn>Krysset sør (detaljregulering)</ogr:plannavn>
      <ogr:planid>9901-008</ogr:planid>
    </ogr:reguleringsplaner>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:reguleringsplaner gml:id="reguleringsplaner.9">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::25833"><gml:lowerCorner>115805.5 7204504.5</gml:lowerCorner><gml:upperCorner>116496 7204936</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::25833" gml:id="reguleringsplaner.geom.9"><gml:exterior><gml:LinearRing><gml:posList>116448.5 7204591.0 116439.5 7204504.5 116275.0 7204534.5 116122.5 7204563.0 115969 7204585 115805.5 7204616.5 115814.5 7204703.0 115830 7204777 115846 7204850 115861.5 7204936.0 116024.5 7204898.5 116175.5 7204864.5 116329.5 7204849.5 116496 7204824 116476.0 7204738.5 116464 7204665 116448.5 7204591.0</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:planstatus>3</ogr:planstatus>
      <ogr:plannavn>Terminalen (detaljregulering)</ogr:plannavn>
      <ogr:planid>9901-009</ogr:planid>
    </ogr:reguleringsplaner>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:reguleringsplaner gml:id="reguleringsplaner.10">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::25833"><gml:lowerCorner>112872 7205911</gml:lowerCorner><gml:upperCorner>113256.0 7206311.5</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::25833" gml:id="reguleringsplaner.geom.10"><gml:exterior><gml:LinearRing><gml:posList>113152.5 7205977.5 113114 7205911 112993.5 7205985.5 112872.0 7206058.5 113019.0 7206311.5 113139.5 7206237.0 113256 7206156 113218 7206091 113189.5 7206032.0 113152.5 7205977.5</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:planstatus>3</ogr:planstatus>
      <ogr:plannavn>Jernbanetomta (detaljregulering)</ogr:plannavn>
      <ogr:planid>9901-010</ogr:planid>
    </ogr:reguleringsplaner>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:reguleringsplaner gml:id="reguleringsplaner.11">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::25833"><gml:lowerCorner>114005.0 7205335.5</gml:lowerCorner><gml:upperCorner>114154.5 7205463.5</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::25833" gml:id="reguleringsplaner.geom.11"><gml:exterior><gml:LinearRing><gml:posList>114011.5 7205407.5 114005 7205440 114044.5 7205446.0 114071.5 7205448.5 114098 7205454 114135.5 7205463.5 114144 7205432 114147.5 7205411.5 114150.0 7205391.5 114154.5 7205360.0 114115.5 7205354.0 114088 7205352 114062.5 7205347.0 114022.5 7205335.5 114019.0 7205369.5 114015.5 7205388.0 114011.5 7205407.5</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:planstatus>3</ogr:planstatus>
      <ogr:plannavn>Vegkroa (detaljregulering)</ogr:plannavn>
      <ogr:planid>9901-011</ogr:planid>
    </ogr:reguleringsplaner>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:reguleringsplaner gml:id="reguleringsplaner.12">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::25833"><gml:lowerCorner>112208.5 7209535.0</gml:lowerCorner><gml:upperCorner>112713.5 7210057.5</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::25833" gml:id="reguleringsplaner.geom.12"><gml:exterior><gml:LinearRing><gml:posList>112284.0 7209785.5 112208.5 7209875.5 112322.5 7209961.0 112426.0 7210057.5 112713.5 7209715.0 112603 7209626 112494.5 7209535.0 112419 7209624 112344.5 7209699.0 112284.0 7209785.5</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:planstatus>3</ogr:planstatus>
      <ogr:plannavn>Elvesletta (detaljregulering)</ogr:plannavn>
      <ogr:planid>9901-012</ogr:planid>
    </ogr:reguleringsplaner>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:reguleringsplaner gml:id="reguleringsplaner.13">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::25833"><gml:lowerCorner>110894.5 7209078.0</gml:lowerCorner><gml:upperCorner>111204.5 7209422.0</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::25833" gml:id="reguleringsplaner.geom.13"><gml:exterior><gml:LinearRing><gml:posList>110944.5 7209151.0 110894.5 7209175.0 110935 7209242 110969.5 7209296.5 110998.5 7209354.0 111037.5 7209422.0 111083 7209391 111119 7209370 111157.0 7209351.5 111204.5 7209325.0 111169.5 7209256.5 111139.0 7209198.5 111102.0 7209144.5 111062.5 7209078.0 111016.5 7209108.5 110981.5 7209131.0 110944.5 7209151.0</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:planstatus>3</ogr:planstatus>
      <ogr:plannavn>Sagbruket (detaljregulering)</ogr:plannavn>
      <ogr:planid>9901-013</ogr:planid>
    </ogr:reguleringsplaner>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:reguleringsplaner gml:id="reguleringsplaner.14">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::25833"><gml:lowerCorner>114695.5 7209275.5</gml:lowerCorner><gml:upperCorner>115406.0 7210023.5</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::25833" gml:id="reguleringsplaner.geom.14"><gml:exterior><gml:LinearRing><gml:posList>114804 7209454 114695.5 7209517.5 114760 7209655 114827.0 7209778.5 114901.5 7209898.5 114987.5 7210023.5 115095.5 7209958.0 115193.0 7209897.5 115292.5 7209840.5 115406 7209782 115325 7209652 115249 7209535 115187 7209410 115113.5 7209275.5 115005 7209342 114902.5 7209394.5 114804 7209454</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:planstatus>3</ogr:planstatus>
      <ogr:plannavn>Moen industri (detaljregulering)</ogr:plannavn>
      <ogr:planid>9901-014</ogr:planid>
    </ogr:reguleringsplaner>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:reguleringsplaner gml:id="reguleringsplaner.15">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::25833"><gml:lowerCorner>116706.5 7210636.5</gml:lowerCorner><gml:upperCorner>117081 7211078</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::25833" gml:id="reguleringsplaner.geom.15"><gml:exterior><gml:LinearRing><gml:posList>116742.5 7210902.5 116706.5 7210998.5 116829.5 7211032.5 116948 7211078 117081.0 7210713.5 117065.5 7210713.5 116957.5 7210681.0 116839.0 7210636.5 116800.5 7210731.0 116766.5 7210815.0 116742.5 7210902.5</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:planstatus>3</ogr:planstatus>
      <ogr:plannavn>Moen nord (detaljregulering)</ogr:plannavn>
      <ogr:planid>9901-015</ogr:planid>
    </ogr:reguleringsplaner>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:reguleringsplaner gml:id="reguleringsplaner.16">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::25833"><gml:lowerCorner>117062 7208845</gml:lowerCorner><gml:upperCorner>117638.0 7209455.5</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::25833" gml:id="reguleringsplaner.geom.16"><gml:exterior><gml:LinearRing><gml:posList>117229.5 7208943.0 117153.5 7208989.5 117062.0 7209036.5 117130.5 7209144.0 117180.5 7209247.5 117244 7209344 117304.0 7209455.5 117394 7209405 117469.0 7209354.5 117545.0 7209308.5 117638.0 7209264.5 117575 7209153 117513 7209056 117461.0 7208953.5 117395.5 7208845.0 117305.5 7208893.5 117229.5 7208943.0</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:planstatus>2</ogr:planstatus>
      <ogr:plannavn>Åsen (ikke i kraft)</ogr:plannavn>
      <ogr:planid>9901-016</ogr:planid>
    </ogr:reguleringsplaner>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:reguleringsplaner gml:id="reguleringsplaner.17">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::25833"><gml:lowerCorner>115206 7215440</gml:lowerCorner><gml:upperCorner>115692 7215853</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::25833" gml:id="reguleringsplaner.geom.17"><gml:exterior><gml:LinearRing><gml:posList>115206 7215745 115208.5 7215853.0 115335.0 7215844.5 115450.0 7215848.5 115565 7215849 115692.0 7215852.5 115692 7215745 115690.5 7215650.0 115691.5 7215555.0 115692 7215449 115565.5 7215440.5 115449.5 7215440.0 115334.5 7215448.0 115207.5 7215448.0 115213 7215555 115206 7215745</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:planstatus>3</ogr:planstatus>
      <ogr:plannavn>Grensa nord (detaljregulering)</ogr:plannavn>
      <ogr:planid>9901-017</ogr:planid>
    </ogr:reguleringsplaner>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:reguleringsplaner gml:id="reguleringsplaner.18">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::25833"><gml:lowerCorner>106385.0 7206554.5</gml:lowerCorner><gml:upperCorner>106709 7206912</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::25833" gml:id="reguleringsplaner.geom.18"><gml:exterior><gml:LinearRing><gml:posList>106665 7206807 106682.5 7206744.0 106709.0 7206672.5 106614.0 7206636.5 106531 7206599 106443 7206577 106385.0 7206554.5 106416.5 7206617.5 106461.5 7206671.5 106504.5 7206724.0 106544.0 7206775.5 106550.5 7206845.0 106593.5 7206912.0 106621 7206912 106636.5 7206866.5 106665 7206807</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:planstatus>2</ogr:planstatus>
      <ogr:plannavn>Kystpynten (ikke i kraft)</ogr:plannavn>
      <ogr:planid>9901-018</ogr:planid>
    </ogr:reguleringsplaner>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:reguleringsplaner gml:id="reguleringsplaner.19">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::25833"><gml:lowerCorner>107315.5 7208934.5</gml:lowerCorner><gml:upperCorner>107685.5 7209226.0</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::25833" gml:id="reguleringsplaner.geom.19"><gml:exterior><gml:LinearRing><gml:posList>107637 7208985 107619.5 7208934.5 107536.5 7208958.5 107464.0 7208980.5 107392.5 7209008.0 107315.5 7209045.5 107332 7209096 107345.5 7209136.0 107359.5 7209177.0 107381.5 7209226.0 107463.5 7209197.0 107531.5 7209167.0 107604 7209148 107685.5 7209115.5 107666.0 7209064.5 107650.0 7209025.5 107637 7208985</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:planstatus>3</ogr:planstatus>
      <ogr:plannavn>Fiskehavna (detaljregulering)</ogr:plannavn>
      <ogr:planid>9901-019</ogr:planid>
    </ogr:reguleringsplaner>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:reguleringsplaner gml:id="reguleringsplaner.20">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::25833"><gml:lowerCorner>110761.5 7203095.0</gml:lowerCorner><gml:upperCorner>111236 7203361</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::25833" gml:id="reguleringsplaner.geom.20"><gml:exterior><gml:LinearRing><gml:posList>110761.5 7203299.5 110877.5 7203317.5 110980 7203339 111085.5 7203350.0 111202.5 7203361.0 111208 7203289 111215.0 7203230.5 111226.5 7203171.5 111236 7203114 111129.0 7203127.5 111015.5 7203095.0 110902.0 7203125.5 110787.5 7203105.0 110781 7203170 110775.0 7203228.5 110761.5 7203299.5</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:planstatus>3</ogr:planstatus>
      <ogr:plannavn>Sørhavna (detaljregulering)</ogr:plannavn>
      <ogr:planid>9901-020</ogr:planid>
    </ogr:reguleringsplaner>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:reguleringsplaner gml:id="reguleringsplaner.21">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::25833"><gml:lowerCorner>107613.5 7211150.5</gml:lowerCorner><gml:upperCorner>107887 7211449</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::25833" gml:id="reguleringsplaner.geom.21"><gml:exterior><gml:LinearRing><gml:posList>107657.5 7211215.0 107613.5 7211236.5 107645.5 7211297.0 107676.0 7211343.5 107703.5 7211390.5 107735 7211449 107780.0 7211426.5 107843.0 7211386.5 107887.0 7211362.5 107849.5 7211305.5 107821.5 7211259.0 107795.5 7211211.0 107765.0 7211150.5 107721.0 7211174.5 107689 7211196 107657.5 7211215.0</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:planstatus>3</ogr:planstatus>
      <ogr:plannavn>Bygda teknikk (detaljregulering)</ogr:plannavn>
      <ogr:planid>9901-021</ogr:planid>
    </ogr:reguleringsplaner>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:reguleringsplaner gml:id="reguleringsplaner.22">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::25833"><gml:lowerCorner>112087.0 7203815.5</gml:lowerCorner><gml:upperCorner>112313.0 7203987.5</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::25833" gml:id="reguleringsplaner.geom.22"><gml:exterior><gml:LinearRing><gml:posList>112089.5 7203935.0 112087.5 7203981.5 112149.5 7203985.0 112200.0 7203987.5 112250.5 7203983.0 112313.0 7203981.5 112309.5 7203934.5 112309.0 7203900.5 112311.5 7203865.5 112312 7203818 112250.5 7203818.0 112200.5 7203815.5 112149.5 7203815.5 112088.5 7203818.5 112087 7203865 112088.5 7203900.5 112089.5 7203935.0</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:planstatus>3</ogr:planstatus>
      <ogr:plannavn>Sørbygda verksted (detaljregulering)</ogr:plannavn>
      <ogr:planid>9901-022</ogr:planid>
    </ogr:reguleringsplaner>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:reguleringsplaner gml:id="reguleringsplaner.23">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::25833"><gml:lowerCorner>115332.5 7206420.0</gml:lowerCorner><gml:upperCorner>115567.5 7206980.0</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::25833" gml:id="reguleringsplaner.geom.23"><gml:exterior><gml:LinearRing><gml:posList>115346.5 7206427.0 115332.5 7206433.0 115480 7206838 115531.5 7206980.0 115546.5 7206976.0 115550.5 7206974.0 115553.5 7206973.0 115567.5 7206967.0 115420 7206562 115368.5 7206420.0 115353.5 7206424.0 115349.5 7206426.0 115346.5 7206427.0</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:planstatus>3</ogr:planstatus>
      <ogr:plannavn>Remsa (detaljregulering)</ogr:plannavn>
      <ogr:planid>9901-023</ogr:planid>
    </ogr:reguleringsplaner>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:reguleringsplaner gml:id="reguleringsplaner.24">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::25833"><gml:lowerCorner>113860.0 7207111.5</gml:lowerCorner><gml:upperCorner>113940.0 7207188.5</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::25833" gml:id="reguleringsplaner.geom.24"><gml:exterior><gml:LinearRing><gml:posList>113867 7207147 113860 7207166 113881.0 7207173.5 113890 7207177 113920.0 7207188.5 113930.5 7207161.0 113933 7207153 113940 7207134 113919.0 7207126.5 113910 7207123 113880.0 7207111.5 113869.5 7207139.0 113867 7207147</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:planstatus>3</ogr:planstatus>
      <ogr:plannavn>Fliken (detaljregulering)</ogr:plannavn>
      <ogr:planid>9901-024</ogr:planid>
    </ogr:reguleringsplaner>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:reguleringsplaner gml:id="reguleringsplaner.25">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::25833"><gml:lowerCorner>110758.0 7212680.5</gml:lowerCorner><gml:upperCorner>111441.5 7213320.0</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::25833" gml:id="reguleringsplaner.geom.25"><gml:exterior><gml:LinearRing><gml:posList>110873.0 7212869.5 110820.5 7212953.5 110758 7213047 110882 7213119 110998.0 7213177.5 111110.5 7213240.5 111229 7213320 111284.5 7213222.5 111342.0 7213139.5 111385.5 7213049.0 111441.5 7212952.5 111316.5 7212884.0 111201.5 7212824.5 111092.0 7212755.5 110971.0 7212680.5 110914 7212778 110873.0 7212869.5</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:planstatus>5</ogr:planstatus>
      <ogr:plannavn>Utmarka (ikke i kraft)</ogr:plannavn>
      <ogr:planid>9901-025</ogr:planid>
    </ogr:reguleringsplaner>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:reguleringsplaner gml:id="reguleringsplaner.26">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::25833"><gml:lowerCorner>112258.0 7213468.5</gml:lowerCorner><gml:upperCorner>112556.5 7213822.0</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::25833" gml:id="reguleringsplaner.geom.26"><gml:exterior><gml:LinearRing><gml:posList>112284.0 7213676.5 112258 7213755 112361.5 7213783.0 112458 7213822 112556.5 7213550.5 112463 7213506 112363.5 7213468.5 112327.5 7213542.0 112302.5 7213609.0 112284.0 7213676.5</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:planstatus>3</ogr:planstatus>
      <ogr:plannavn>Brattlia (detaljregulering)</ogr:plannavn>
      <ogr:planid>9901-026</ogr:planid>
    </ogr:reguleringsplaner>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:reguleringsplaner gml:id="reguleringsplaner.27">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::25833"><gml:lowerCorner>109988 7214385</gml:lowerCorner><gml:upperCorner>110413 7214815</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::25833" gml:id="reguleringsplaner.geom.27"><gml:exterior><gml:LinearRing><gml:posList>110092.0 7214470.5 110041.5 7214513.0 109988.0 7214567.5 110039.5 7214636.0 110088.5 7214694.0 110139.0 7214749.5 110195.5 7214815.0 110256.5 7214767.5 110303.5 7214723.0 110351.5 7214680.0 110413.0 7214633.5 110358 7214565 110307.0 7214509.5 110261.5 7214451.0 110204.5 7214385.0 110143.5 7214431.5 110092.0 7214470.5</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:planstatus>2</ogr:planstatus>
      <ogr:plannavn>Setra (ikke i kraft)</ogr:plannavn>
      <ogr:planid>9901-027</ogr:planid>
    </ogr:reguleringsplaner>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:reguleringsplaner gml:id="reguleringsplaner.28">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::25833"><gml:lowerCorner>108938.5 7208607.0</gml:lowerCorner><gml:upperCorner>110915.5 7209934.5</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::25833" gml:id="reguleringsplaner.geom.28"><gml:exterior><gml:LinearRing><gml:posList>110765.0 7209227.5 110669 7209107 110588 7208980 110472.5 7208850.5 110294.5 7208756.5 110087.5 7208734.5 109911.5 7208767.0 109775.5 7208788.0 109625.5 7208746.5 109414.5 7208661.0 109173 7208607 108993.5 7208645.0 108938.5 7208766.5 108981.5 7208915.5 109038 7209046 109059.0 7209157.5 109071.0 7209271.5 109131.0 7209392.5 109255.5 7209503.0 109408.5 7209593.0 109556.0 7209680.5 109706.0 7209783.5 109885.0 7209884.5 110084.5 7209934.5 110255.0 7209901.5 110361.5 7209810.5 110433.5 7209722.0 110537 7209675 110694 7209649 110848.5 7209595.0 110915.5 7209490.0 110869.5 7209356.5 110765.0 7209227.5</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:planstatus>3</ogr:planstatus>
      <ogr:plannavn>Boligplan 0</ogr:plannavn>
      <ogr:planid>9901-028</ogr:planid>
    </ogr:reguleringsplaner>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:reguleringsplaner gml:id="reguleringsplaner.29">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::25833"><gml:lowerCorner>110901.5 7206526.5</gml:lowerCorner><gml:upperCorner>112193.5 7207757.0</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::25833" gml:id="reguleringsplaner.geom.29"><gml:exterior><gml:LinearRing><gml:posList>112193.5 7207200.5 112140.5 7207093.0 112052.0 7206997.5 111966.0 7206910.5 111894.5 7206812.0 111813 7206695 111695.0 7206586.5 111549.0 7206526.5 111406 7206532 111290.5 7206579.5 111197.5 7206637.0 111114 7206691 111043.0 7206752.5 110999.5 7206832.5 110985.0 7206922.5 110973.0 7207011.5 110940 7207102 110901.5 7207213.0 110908 7207345 110997 7207468 111151.5 7207541.0 111314.0 7207558.5 111444.0 7207562.5 111551 7207602 111673.5 7207681.5 111823.5 7207751.5 111967 7207757 112060 7207687 112097.5 7207579.0 112117.0 7207477.5 112151.5 7207392.0 112190.5 7207304.0 112193.5 7207200.5</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:planstatus>3</ogr:planstatus>
      <ogr:plannavn>Boligplan 1</ogr:plannavn>
      <ogr:planid>9901-029</ogr:planid>
    </ogr:reguleringsplaner>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:reguleringsplaner gml:id="reguleringsplaner.30">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::25833"><gml:lowerCorner>108556.5 7204915.5</gml:lowerCorner><gml:upperCorner>110218.5 7206353.5</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::25833" gml:id="reguleringsplaner.geom.30"><gml:exterior><gml:LinearRing><gml:posList>110073 7205755 110057.5 7205650.0 110007.0 7205533.5 109909.0 7205419.5 109784.5 7205315.5 109653.0 7205211.5 109508.0 7205095.5 109334 7204983 109145.0 7204915.5 108981.5 7204924.5 108874 7204998 108808 7205089 108740.0 7205160.5 108651.0 7205217.5 108572.5 7205291.0 108556.5 7205399.5 108619 7205528 108724 7205650 108825.0 7205760.5 108909.0 7205872.5 109004.0 7205994.5 109135.0 7206109.5 109294.5 7206192.0 109458 7206239 109616.5 7206274.0 109785.0 7206317.5 109967.5 7206353.5 110129.5 7206341.5 110218.5 7206257.0 110213.5 7206119.5 110152 7205976 110096.0 7205856.5 110073 7205755</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:planstatus>3</ogr:planstatus>
      <ogr:plannavn>Boligplan 2</ogr:plannavn>
      <ogr:planid>9901-030</ogr:planid>
    </ogr:reguleringsplaner>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:reguleringsplaner gml:id="reguleringsplaner.31">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::25833"><gml:lowerCorner>111955.5 7207023.5</gml:lowerCorner><gml:upperCorner>113387 7207963</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::25833" gml:id="reguleringsplaner.geom.31"><gml:exterior><gml:LinearRing><gml:posList>113365.5 7207326.5 113312 7207222 113214.5 7207129.5 113081 7207064 112931.0 7207030.5 112784.0 7207023.5 112649.5 7207033.5 112528.0 7207055.5 112420.0 7207088.5 112325.0 7207132.5 112241.5 7207183.5 112162.5 7207239.5 112083.5 7207302.5 112010.5 7207378.5 111961.5 7207471.0 111955.5 7207576.5 111998.5 7207683.0 112084 7207780 112200 7207860 112334 7207919 112477.0 7207953.5 112618.5 7207963.0 112749.0 7207952.5 112867.0 7207931.5 112978 7207908 113089.0 7207881.5 113196.5 7207842.5 113287.0 7207784.5 113347.0 7207707.5 113377.0 7207619.5 113387 7207527 113385.0 7207429.5 113365.5 7207326.5</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:planstatus>3</ogr:planstatus>
      <ogr:plannavn>Boligplan 3</ogr:plannavn>
      <ogr:planid>9901-031</ogr:planid>
    </ogr:reguleringsplaner>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:reguleringsplaner gml:id="reguleringsplaner.32">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::25833"><gml:lowerCorner>112954.5 7206258.5</gml:lowerCorner><gml:upperCorner>113802.0 7207083.5</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::25833" gml:id="reguleringsplaner.geom.32"><gml:exterior><gml:LinearRing><gml:posList>113777.0 7206858.5 113797 7206783 113802.0 7206693.5 113764.5 7206597.0 113680.5 7206518.0 113575.5 7206474.5 113483.0 7206458.5 113414.0 7206441.5 113354.5 7206399.0 113282.5 7206336.0 113194.5 7206280.5 113104.5 7206258.5 113063.0 7206270.5 113022.5 7206295.5 113010.5 7206302.0 112983 7206333 112959.5 7206403.5 112954.5 7206480.0 112960.0 7206555.5 112967 7206629 112972.0 7206705.5 112981.0 7206791.5 113011 7206887 113075.5 7206974.5 113169 7207029 113266 7207038 113345.5 7207019.5 113407.0 7207008.5 113471.0 7207026.5 113552 7207063 113641.0 7207083.5 113712 7207062 113749 7207003 113763 7206930 113777.0 7206858.5</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:planstatus>3</ogr:planstatus>
      <ogr:plannavn>Boligplan 4</ogr:plannavn>
      <ogr:planid>9901-032</ogr:planid>
    </ogr:reguleringsplaner>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:reguleringsplaner gml:id="reguleringsplaner.33">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::25833"><gml:lowerCorner>107363.0 7204375.5</gml:lowerCorner><gml:upperCorner>108336 7205590</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::25833" gml:id="reguleringsplaner.geom.33"><gml:exterior><gml:LinearRing><gml:posList>108291 7205451 108326 7205344 108336.0 7205222.5 108323.0 7205095.5 108288 7204972 108235.5 7204859.5 108171 7204764 108102.5 7204683.5 108035.0 7204610.5 107966.5 7204536.5 107891.0 7204462.5 107805.0 7204402.5 107713.5 7204375.5 107628.0 7204390.5 107557.5 7204442.5 107501.5 7204514.5 107453.5 7204594.0 107409.5 7204681.5 107375.5 7204782.5 107363.0 7204901.5 107382 7205030 107432 7205152 107503.5 7205255.5 107583.5 7205334.5 107662.5 7205395.0 107738.0 7205445.5 107812.5 7205492.0 107890.5 7205535.5 107975 7205572 108064.5 7205590.0 108153.5 7205579.0 108232 7205532 108291 7205451</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:planstatus>3</ogr:planstatus>
      <ogr:plannavn>Boligplan 5</ogr:plannavn>
      <ogr:planid>9901-033</ogr:planid>
    </ogr:reguleringsplaner>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:reguleringsplaner gml:id="reguleringsplaner.34">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::25833"><gml:lowerCorner>107114 7212094</gml:lowerCorner><gml:upperCorner>108063.0 7213339.5</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::25833" gml:id="reguleringsplaner.geom.34"><gml:exterior><gml:LinearRing><gml:posList>107996.5 7213219.0 108062.5 7213120.5 108063 7212976 108025.5 7212839.5 108001.5 7212731.0 108015 7212627 108041.5 7212499.5 108036.5 7212357.0 107978.0 7212236.5 107881.5 7212164.5 107777.5 7212132.5 107680 7212113 107587 7212096 107493 7212094 107404.5 7212124.5 107328.0 7212183.5 107261 7212256 107197.5 7212334.5 107142.5 7212427.0 107114 7212541 107125.0 7212663.5 107161.0 7212777.5 107195.5 7212883.5 107215.0 7213002.5 107239.5 7213142.0 107299 7213272 107400.0 7213339.5 107515.0 7213321.5 107612 7213256 107690.0 7213210.5 107775.5 7213217.0 107885.5 7213241.5 107996.5 7213219.0</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:planstatus>3</ogr:planstatus>
      <ogr:plannavn>Boligplan 6</ogr:plannavn>
      <ogr:planid>9901-034</ogr:planid>
    </ogr:reguleringsplaner>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:reguleringsplaner gml:id="reguleringsplaner.35">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::25833"><gml:lowerCorner>112396.0 7203699.5</gml:lowerCorner><gml:upperCorner>114387.5 7204555.0</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::25833" gml:id="reguleringsplaner.geom.35"><gml:exterior><gml:LinearRing><gml:posList>113932 7204069 113854.5 7204001.5 113792.0 7203921.5 113699.0 7203833.5 113556 7203757 113377.5 7203711.0 113195.5 7203699.5 113030.0 7203710.5 112877.5 7203728.5 112725.5 7203747.5 112575.5 7203776.0 112455.0 7203826.5 112396.0 7203902.5 112407.5 7203992.5 112462 7204081 112519 7204163 112559 7204245 112602.5 7204337.0 112690.0 7204433.5 112843.0 7204512.5 113040 7204549 113231 7204540 113383 7204508 113508.0 7204488.5 113652 7204501 113849.5 7204535.0 114083.5 7204555.0 114288 7204528 114387.5 7204447.5 114353.0 7204335.5 114218.5 7204225.5 114058.0 7204137.5 113932 7204069</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:planstatus>3</ogr:planstatus>
      <ogr:plannavn>Boligplan 7</ogr:plannavn>
      <ogr:planid>9901-035</ogr:planid>
    </ogr:reguleringsplaner>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:reguleringsplaner gml:id="reguleringsplaner.36">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::25833"><gml:lowerCorner>116049.5 7209666.0</gml:lowerCorner><gml:upperCorner>116983 7210722</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::25833" gml:id="reguleringsplaner.geom.36"><gml:exterior><gml:LinearRing><gml:posList>116855.5 7210419.0 116880.5 7210346.5 116939 7210274 116983 7210176 116964.5 7210065.5 116884.0 7209978.5 116784 7209927 116703.5 7209885.0 116641.5 7209819.5 116573.0 7209735.5 116485 7209674 116391.5 7209666.0 116310.0 7209701.5 116238.5 7209747.0 116164 7209787 116091 7209838 116049.5 7209922.0 116060.5 7210030.5 116107.5 7210133.5 116145.0 7210217.5 116147.0 7210302.5 116133.5 7210411.5 116152.5 7210533.5 116227.0 7210622.5 116333.5 7210648.5 116432.0 7210633.5 116512.5 7210633.5 116596.5 7210674.5 116699 7210722 116798.5 7210716.5 116855.5 7210637.0 116862.0 7210520.5 116855.5 7210419.0</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:planstatus>3</ogr:planstatus>
      <ogr:plannavn>Boligplan 8</ogr:plannavn>
      <ogr:planid>9901-036</ogr:planid>
    </ogr:reguleringsplaner>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:reguleringsplaner gml:id="reguleringsplaner.37">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::25833"><gml:lowerCorner>116670.0 7203335.5</gml:lowerCorner><gml:upperCorner>118094 7204251</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::25833" gml:id="reguleringsplaner.geom.37"><gml:exterior><gml:LinearRing><gml:posList>117694 7203630 117681 7203554 117636.5 7203474.5 117546.0 7203416.5 117428.5 7203382.0 117300 7203357 117157.0 7203335.5 117002.0 7203335.5 116865.0 7203379.5 116783.5 7203466.0 116761.0 7203567.5 116759 7203655 116735.0 7203727.5 116691 7203800 116670 7203881 116708.5 7203958.5 116794.0 7204018.5 116887 7204067 116965.5 7204123.5 117049.0 7204191.5 117163 7204245 117300 7204251 117425.5 7204207.0 117524.0 7204149.5 117626.5 7204115.5 117772 7204105 117948.5 7204080.0 118081 7204009 118094 7203902 117986 7203800 117835.5 7203731.0 117730.5 7203684.5 117694 7203630</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:planstatus>3</ogr:planstatus>
      <ogr:plannavn>Boligplan 9</ogr:plannavn>
      <ogr:planid>9901-037</ogr:planid>
    </ogr:reguleringsplaner>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:reguleringsplaner gml:id="reguleringsplaner.38">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::25833"><gml:lowerCorner>106603 7209848</gml:lowerCorner><gml:upperCorner>107380.5 7210860.5</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::25833" gml:id="reguleringsplaner.geom.38"><gml:exterior><gml:LinearRing><gml:posList>106947.0 7210831.5 107019.5 7210860.5 107107.5 7210847.5 107190.5 7210775.5 107246.5 7210668.0 107277.5 7210560.5 107304.5 7210468.0 107339.0 7210381.5 107371.5 7210290.0 107380.5 7210201.0 107361.0 7210127.5 107328.5 7210068.5 107299.5 7210005.5 107271.5 7209930.0 107225.0 7209864.5 107151 7209848 107062 7209896 106982.5 7209983.5 106920.0 7210067.5 106860.5 7210125.0 106789.0 7210170.5 106710.5 7210233.0 106647 7210321 106614 7210421 106604.5 7210517.0 106603.0 7210607.5 106605.5 7210697.5 106627.5 7210776.0 106680.0 7210821.5 106755 7210824 106829 7210806 106889.5 7210804.5 106947.0 7210831.5</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:planstatus>3</ogr:planstatus>
      <ogr:plannavn>Boligplan 10</ogr:plannavn>
      <ogr:planid>9901-038</ogr:planid>
    </ogr:reguleringsplaner>
  </ogr:featureMember>
  <ogr:featureMember>
    <ogr:reguleringsplaner gml:id="reguleringsplaner.39">
      <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::25833"><gml:lowerCorner>108067.0 7209907.5</gml:lowerCorner><gml:upperCorner>108967 7211155</gml:upperCorner></gml:Envelope></gml:boundedBy>
      <ogr:geometryProperty><gml:Polygon srsName="urn:ogc:def:crs:EPSG::25833" gml:id="reguleringsplaner.geom.39"><gml:exterior><gml:LinearRing><gml:posList>108613.5 7211022.5 108670 7210932 108737.5 7210872.5 108827.5 7210817.0 108918 7210722 108967.0 7210582.5 108949.5 7210437.0 108886.5 7210327.5 108821.5 7210253.5 108784 7210179 108764.5 7210081.0 108734.5 7209979.0 108678.5 7209915.0 108604.5 7209907.5 108530 7209934 108460.0 7209960.5 108386.5 7209978.0 108306.5 7210008.5 108229 7210075 108166 7210177 108120.5 7210298.5 108086.5 7210427.0 108067.0 7210560.5 108075.0 7210689.5 108119.5 7210791.5 108189.5 7210851.0 108257 7210885 108304.5 7210933.5 108342 7211019 108392 7211112 108465 7211155 108545.5 7211115.5 108613.5 7211022.5</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></ogr:geometryProperty>
      <ogr:planstatus>3</ogr:planstatus>
      <ogr:plannavn>Boligplan 11</ogr:plannavn>
      <ogr:planid>9901-039</ogr:planid>
    </ogr:reguleringsplaner>
  </ogr:featureMember>
</ogr:FeatureCollection>
